use cel::ExecutionError;
use cel::common::traits::Iterable;
use cel::common::types::{CelBool, CelString};
use cel::common::value::{CowVal, FromVal, Val};

pub(super) type Args<'b, 'v> = Vec<CowVal<'b, 'v>>;
pub(super) type CallResult<'b, 'v> = Result<CowVal<'b, 'v>, ExecutionError>;

pub(super) fn truth<'b, 'v>(truth: bool) -> CowVal<'b, 'v> {
    CowVal::owned(CelBool::from(truth))
}

/// All arguments. There are as many as the function was declared with.
pub(super) fn take<'b, 'v, const N: usize>(
    args: Args<'b, 'v>,
) -> Result<[CowVal<'b, 'v>; N], ExecutionError> {
    args.try_into()
        .map_err(|args: Vec<_>| ExecutionError::invalid_argument_count(N, args.len()))
}

/// An argument of the type that it was declared with.
pub(super) fn downcast<'b, 'v, T: FromVal<'b, 'v>>(
    value: &'b (dyn Val + 'v),
) -> Result<&'b T, ExecutionError> {
    value.downcast_ref::<T>().ok_or_else(|| {
        ExecutionError::no_such_overload("", vec![value.get_type().name().to_owned()])
    })
}

pub(super) fn text_of<'b>(value: &'b (dyn Val + '_)) -> Result<&'b str, ExecutionError> {
    downcast::<CelString<'_>>(value).map(CelString::inner)
}

/// A value that is a list.
pub(super) fn list_of<'b, 'v>(
    value: &'b (dyn Val + 'v),
) -> Result<&'b (dyn Iterable + 'v), ExecutionError> {
    let list = value.as_iterable();
    list.ok_or_else(|| ExecutionError::no_such_overload("", Vec::new()))
}
