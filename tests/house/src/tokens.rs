//! Rust source as words, so that comments and strings are never mistaken for code.

use std::path::Path;
use std::str::FromStr as _;

use proc_macro2::{Delimiter, LexError, TokenStream, TokenTree};

use crate::{read, shown};

/// One word of the source: an identifier, a mark, a bracket or a literal.
pub struct Token {
    /// As it is written.
    pub text: String,
    /// Where it stands, from 1.
    pub line: usize,
}

/// The words of a file, brackets included, in order.
pub fn of_file(file: &Path) -> Vec<Token> {
    words(&read(file)).unwrap_or_else(|error| panic!("{}: {error}", shown(file)))
}

/// The words of a text.
pub fn of_text(text: &str) -> Vec<Token> {
    words(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn words(text: &str) -> Result<Vec<Token>, LexError> {
    let stream = TokenStream::from_str(text)?;
    let mut tokens = Vec::new();
    flatten(stream, &mut tokens);
    Ok(tokens)
}

fn flatten(stream: TokenStream, tokens: &mut Vec<Token>) {
    for tree in stream {
        let line = tree.span().start().line;
        let mut push = |text: String, line| tokens.push(Token { text, line });
        match tree {
            TokenTree::Ident(ident) => push(ident.to_string(), line),
            TokenTree::Punct(punct) => push(punct.as_char().to_string(), line),
            TokenTree::Literal(literal) => push(literal.to_string(), line),
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                push(open.to_owned(), line);
                flatten(group.stream(), tokens);
                tokens.push(Token {
                    text: close.to_owned(),
                    line: group.span_close().start().line,
                });
            }
        }
    }
}

/// Where `wanted` occurs, word by word.
pub fn lines_of(tokens: &[Token], wanted: &[&str]) -> Vec<usize> {
    tokens
        .windows(wanted.len())
        .filter(|window| {
            window
                .iter()
                .zip(wanted)
                .all(|(token, text)| token.text == *text)
        })
        .map(|window| window[0].line)
        .collect()
}

/// What a string literal says, if it is a plain one.
pub fn text_of_literal(literal: &str) -> Option<&str> {
    literal.strip_prefix('"')?.strip_suffix('"')
}
