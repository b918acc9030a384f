//! RON text cut into tokens; white space and comments lie between them.

use std::ops::Range;

/// What a token is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// `(`, `[` or `{`.
    Open(char),
    /// `)`, `]` or `}`.
    Close(char),
    /// `,`
    Comma,
    /// `:`
    Colon,
    /// A name, `true`, `inf` …
    Word,
    /// A number, in any notation.
    Number,
    /// A string, quoted or raw.
    Text,
    /// A character or a byte string.
    Quoted,
    /// `#![enable(…)]`
    Attribute,
    /// Nothing is left.
    End,
}

/// A token and where it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Token {
    /// What it is.
    pub(crate) kind: Kind,
    /// Its bytes.
    pub(crate) span: Range<usize>,
}

/// A text that is no RON.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct SyntaxError {
    /// Byte offset.
    pub(crate) at: usize,
    /// What could have stood there.
    pub(crate) expected: String,
    /// What stands there.
    pub(crate) found: String,
}

/// Cuts a text into tokens, from front to back.
pub(crate) struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    /// At the beginning of `text`.
    pub(crate) fn new(text: &'a str) -> Lexer<'a> {
        Lexer { text, at: 0 }
    }

    /// The next token.
    ///
    /// # Errors
    /// Where a string or comment has no end, or a character begins no token.
    pub(crate) fn next_token(&mut self) -> Result<Token, SyntaxError> {
        self.skip_trivia()?;
        let start = self.at;
        let kind = match self.peek() {
            None => Kind::End,
            Some(open @ ('(' | '[' | '{')) => self.single(Kind::Open(open)),
            Some(close @ (')' | ']' | '}')) => self.single(Kind::Close(close)),
            Some(',') => self.single(Kind::Comma),
            Some(':') => self.single(Kind::Colon),
            Some('"') => self.string(start)?,
            Some('\'') => self.character(start)?,
            Some('0'..='9' | '+' | '-' | '.') => self.number(),
            Some('#') if self.rest().starts_with("#!") => self.attribute(start)?,
            Some(letter) if letter == '_' || letter.is_alphabetic() => self.word(start)?,
            Some(other) => {
                return Err(error(start, "a value (texts stand in quotes)", format!("`{other}`")));
            }
        };
        Ok(Token { kind, span: start..self.at })
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn single(&mut self, kind: Kind) -> Kind {
        self.at += 1;
        kind
    }

    fn skip_while(&mut self, is_part: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.at += rest.find(|letter| !is_part(letter)).unwrap_or(rest.len());
    }

    fn skip_trivia(&mut self) -> Result<(), SyntaxError> {
        loop {
            self.skip_while(is_space);
            if self.rest().starts_with("//") {
                self.skip_while(|letter| letter != '\n');
            } else if self.rest().starts_with("/*") {
                self.block_comment()?;
            } else {
                return Ok(());
            }
        }
    }

    fn block_comment(&mut self) -> Result<(), SyntaxError> {
        let start = self.at;
        let mut depth = 0usize;
        loop {
            let rest = self.rest();
            if rest.starts_with("/*") {
                depth += 1;
                self.at += 2;
            } else if rest.starts_with("*/") {
                depth -= 1;
                self.at += 2;
                if depth == 0 {
                    return Ok(());
                }
            } else {
                let Some(letter) = rest.chars().next() else {
                    return Err(error(start, "`*/` at the end of the comment", "none"));
                };
                self.at += letter.len_utf8();
            }
        }
    }

    /// From the opening quote on.
    fn string(&mut self, start: usize) -> Result<Kind, SyntaxError> {
        self.at += 1;
        let mut letters = self.rest().char_indices();
        while let Some((index, letter)) = letters.next() {
            match letter {
                '\\' => {
                    letters.next();
                }
                '"' => {
                    self.at += index + 1;
                    return Ok(Kind::Text);
                }
                _ => {}
            }
        }
        Err(error(start, "`\"` at the end of the text", "none"))
    }

    /// From the `r` on; `None` if no raw string stands here.
    fn raw_string(&mut self, start: usize) -> Result<Option<Kind>, SyntaxError> {
        let after_r = &self.rest()[1..];
        let hashes = after_r.bytes().take_while(|byte| *byte == b'#').count();
        if after_r.as_bytes().get(hashes) != Some(&b'"') {
            return Ok(None);
        }
        let end = format!("\"{}", "#".repeat(hashes));
        let body = &after_r[hashes + 1..];
        let Some(length) = body.find(&end) else {
            return Err(error(start, format!("`{end}` at the end of the raw text"), "none"));
        };
        self.at += 1 + hashes + 1 + length + end.len();
        Ok(Some(Kind::Text))
    }

    fn character(&mut self, start: usize) -> Result<Kind, SyntaxError> {
        let rest = self.rest();
        let skipped = if rest.starts_with("'\\") { 2 } else { 1 };
        let first = rest[skipped..].chars().next().map_or(0, char::len_utf8);
        match rest[skipped + first..].find('\'') {
            Some(length) => {
                self.at += skipped + first + length + 1;
                Ok(Kind::Quoted)
            }
            None => Err(error(start, "`'` at the end of the character", "none")),
        }
    }

    fn number(&mut self) -> Kind {
        let mut before = ' ';
        let rest = self.rest();
        let end = rest.char_indices().find(|(index, letter)| {
            let is_sign = matches!(letter, '+' | '-')
                && (*index == 0 || matches!(before, 'e' | 'E') && !rest.starts_with("0x"));
            before = *letter;
            !(is_sign || letter.is_alphanumeric() || matches!(letter, '.' | '_'))
        });
        self.at += end.map_or(rest.len(), |(index, _)| index);
        Kind::Number
    }

    fn word(&mut self, start: usize) -> Result<Kind, SyntaxError> {
        let rest = self.rest();
        if rest.starts_with("r\"") || rest.starts_with("r#") {
            if let Some(text) = self.raw_string(start)? {
                return Ok(text);
            }
            self.at += 2;
            self.skip_while(|letter| is_word_part(letter) || matches!(letter, '.' | '+' | '-'));
            return Ok(Kind::Word);
        }
        if rest.starts_with("b\"") {
            self.at += 1;
            return self.string(start).map(|_| Kind::Quoted);
        }
        if rest.starts_with("b'") {
            self.at += 1;
            return self.character(start);
        }
        if rest.starts_with("br\"") || rest.starts_with("br#") {
            self.at += 1;
            if self.raw_string(start)?.is_some() {
                return Ok(Kind::Quoted);
            }
        }
        self.skip_while(is_word_part);
        Ok(Kind::Word)
    }

    fn attribute(&mut self, start: usize) -> Result<Kind, SyntaxError> {
        match self.rest().find(']') {
            Some(length) => {
                self.at += length + 1;
                Ok(Kind::Attribute)
            }
            None => Err(error(start, "`]` at the end of the attribute", "none")),
        }
    }
}

/// White space as RON knows it (Unicode's pattern white space).
pub(crate) fn is_space(letter: char) -> bool {
    matches!(
        letter,
        ' ' | '\t'..='\r' | '\u{85}' | '\u{200E}' | '\u{200F}' | '\u{2028}' | '\u{2029}'
    )
}

fn is_word_part(letter: char) -> bool {
    letter == '_' || letter.is_alphanumeric()
}

/// A syntax error.
pub(crate) fn error(
    at: usize,
    expected: impl Into<String>,
    found: impl Into<String>,
) -> SyntaxError {
    SyntaxError { at, expected: expected.into(), found: found.into() }
}
