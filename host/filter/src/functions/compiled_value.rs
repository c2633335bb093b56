/// Makes a compiled pattern a value of the evaluator, so that a tree can hold it.
macro_rules! compiled_value {
    ($of:ty, $named:ident) => {
        impl Val for $of {
            fn get_type(&self) -> &Type {
                &$named
            }

            fn cel_type() -> &'static Type {
                &$named
            }

            fn clone_as_boxed<'v>(&self) -> Box<dyn Val + 'v>
            where
                Self: 'v,
            {
                Box::new(self.clone())
            }

            fn as_any(&self) -> Option<&dyn std::any::Any> {
                Some(self)
            }
        }

        impl StaticVal for $of {}
    };
}

pub(super) use compiled_value;
