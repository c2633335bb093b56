use bellpull_core::TokenError;

pub(super) fn unauthenticated(why: impl Into<String>) -> TokenError {
    TokenError::Unauthenticated(why.into())
}
