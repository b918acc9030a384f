//! JSON with places: strict, except that a name may stand twice.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Number;

use super::{Complaint, Content, Entry, MAX_DEPTH, MAX_VALUES, Mark, Read, Tree};

/// Reads a text.
pub(super) fn read(text: &str) -> Result<Read, Complaint> {
    let start = Mark { line: 1, column: 1 };
    let mut reader = Reader { text, at: 0, mark: start, depth: 0, count: 0, complaints: vec![] };
    reader.skip_space();
    let tree = reader.value()?;
    reader.skip_space();
    match reader.peek() {
        None => Ok(Read { tree, complaints: reader.complaints }),
        Some(found) => Err(reader.error(format!("expected the end, found `{found}`"))),
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    mark: Mark,
    depth: usize,
    count: usize,
    complaints: Vec<Complaint>,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let found = self.peek()?;
        self.at += found.len_utf8();
        if found == '\n' {
            self.mark = Mark { line: self.mark.line + 1, column: 1 };
        } else {
            self.mark.column += 1;
        }
        Some(found)
    }

    fn skip_space(&mut self) {
        while self.peek().is_some_and(|it| matches!(it, ' ' | '\t' | '\n' | '\r')) {
            self.next();
        }
    }

    fn error(&self, sentence: impl Into<String>) -> Complaint {
        Complaint::new(self.mark, sentence)
    }

    fn expect(&mut self, wanted: char, meaning: &str) -> Result<(), Complaint> {
        match self.peek() {
            Some(found) if found == wanted => {
                self.next();
                Ok(())
            }
            found => Err(self.error(format!("expected `{wanted}` {meaning}, {}", said(found)))),
        }
    }

    fn value(&mut self) -> Result<Arc<Tree>, Complaint> {
        let mark = self.mark;
        self.count += 1;
        if self.count > MAX_VALUES {
            return Err(Complaint::too_many(mark));
        }
        let content = match self.peek() {
            Some('{') => self.nested(Reader::map)?,
            Some('[') => self.nested(Reader::list)?,
            Some('"') => Content::Text(self.string()?),
            Some('-' | '0'..='9') => self.number()?,
            Some('a'..='z') => self.word()?,
            found => return Err(self.error(format!("expected a value, {}", said(found)))),
        };
        Ok(Arc::new(Tree::new(mark, content)))
    }

    fn nested(
        &mut self,
        read: fn(&mut Self) -> Result<Content, Complaint>,
    ) -> Result<Content, Complaint> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Complaint::too_deep(self.mark));
        }
        self.next();
        self.skip_space();
        let content = read(self);
        self.depth -= 1;
        content
    }

    fn map(&mut self) -> Result<Content, Complaint> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut names = BTreeSet::new();
        while self.peek() != Some('}') {
            if !entries.is_empty() || !names.is_empty() {
                self.expect(',', "or `}` after a value")?;
                self.skip_space();
            }
            let mark = self.mark;
            if self.peek() != Some('"') {
                return Err(self.error(format!("expected a name in `\"`, {}", said(self.peek()))));
            }
            let key = self.string()?;
            self.skip_space();
            self.expect(':', "after a name")?;
            self.skip_space();
            let tree = self.value()?;
            self.skip_space();
            if names.insert(key.clone()) {
                entries.push(Entry { key, mark, tree });
            } else {
                self.complaints.push(Complaint::twice(mark, &key));
            }
        }
        self.next();
        Ok(Content::Map(entries))
    }

    fn list(&mut self) -> Result<Content, Complaint> {
        let mut items = Vec::new();
        while self.peek() != Some(']') {
            if !items.is_empty() {
                self.expect(',', "or `]` after a value")?;
                self.skip_space();
            }
            items.push(self.value()?);
            self.skip_space();
        }
        self.next();
        Ok(Content::List(items))
    }

    /// The raw text is found here, and read by those who know every escape.
    fn string(&mut self) -> Result<String, Complaint> {
        let (mark, start) = (self.mark, self.at);
        self.next();
        loop {
            match self.next() {
                Some('"') => break,
                Some('\\') => {
                    self.next();
                }
                Some(_) => {}
                None => return Err(Complaint::new(mark, "this text has no end")),
            }
        }
        serde_json::from_str(&self.text[start..self.at])
            .map_err(|error| Complaint::new(mark, format!("this is no JSON text: {error}")))
    }

    fn number(&mut self) -> Result<Content, Complaint> {
        let raw = self.run(|it| matches!(it, '-' | '+' | '.' | '0'..='9' | 'e' | 'E'));
        match serde_json::from_str::<Number>(&raw.1) {
            Ok(number) => Ok(Content::Number(number)),
            Err(_) => Err(Complaint::new(raw.0, format!("expected a number, found `{}`", raw.1))),
        }
    }

    fn word(&mut self) -> Result<Content, Complaint> {
        let (mark, word) = self.run(char::is_alphanumeric);
        match word.as_str() {
            "null" => Ok(Content::Null),
            "true" => Ok(Content::Flag(true)),
            "false" => Ok(Content::Flag(false)),
            _ => Err(Complaint::new(mark, format!("expected a value, found `{word}`"))),
        }
    }

    fn run(&mut self, belongs: impl Fn(char) -> bool) -> (Mark, String) {
        let (mark, start) = (self.mark, self.at);
        while self.peek().is_some_and(&belongs) {
            self.next();
        }
        (mark, self.text[start..self.at].to_owned())
    }
}

fn said(found: Option<char>) -> String {
    found.map_or("found the end".to_owned(), |found| format!("found `{found}`"))
}
