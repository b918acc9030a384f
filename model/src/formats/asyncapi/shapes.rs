//! What the parts of a document have to look like: each deviation is told with its place, and what
//! cannot be used is left out, so that the rest is read as if it were not there.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::finding::Severity;
use crate::formats::asyncapi::sources::{Sources, Spot};
use crate::formats::marked::{Content, Entry, Tree};

mod words;

/// What a value has to be.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Kind {
    Any,
    Text,
    Uri,
    Email,
    /// A runtime expression.
    Location,
    Flag,
    Whole,
    Number,
    Object,
    /// One of these words.
    Words(Vec<&'static str>),
    /// Values of a kind by names of one's own.
    Map(Box<Kind>),
    List(Box<Kind>),
    /// Either a list or one alone.
    Some(Box<Kind>),
    /// A part of the table.
    Part(&'static str),
}

/// A part of documents.
struct Shape {
    /// Whether it may say more than the table knows.
    is_open: bool,
    /// Whether the whole part is left out if it lacks something.
    is_whole: bool,
    fields: Vec<Field>,
}

struct Field {
    name: &'static str,
    is_required: bool,
    kind: Kind,
}

/// The parts of documents of both versions.
pub(super) struct Shapes {
    old: BTreeMap<&'static str, Shape>,
    new: BTreeMap<&'static str, Shape>,
}

impl Shapes {
    pub(super) fn new() -> Shapes {
        Shapes {
            old: table(&[words::BOTH, words::OLD, words::BINDINGS]),
            new: table(&[words::BOTH, words::NEW, words::BINDINGS]),
        }
    }

    /// A document as far as it is one. The numbers are the first of its version.
    pub(super) fn mended(&self, sources: &mut Sources<'_>, root: &Spot, major: u32) -> Spot {
        let shapes = if major == 2 { &self.old } else { &self.new };
        let mut check = Check { sources, shapes, is_old: major == 2 };
        match check.value(root, &Kind::Part("document")) {
            Some(tree) if !Arc::ptr_eq(&tree, &root.tree) => {
                sources.replace(&root.file, &tree);
                root.with(tree)
            }
            Some(_) | None => root.clone(),
        }
    }
}

/// Reads the notation of the table: a line for each part, its fields between semicolons.
fn table(texts: &[&'static str]) -> BTreeMap<&'static str, Shape> {
    let lines = texts.iter().flat_map(|text| text.lines()).filter_map(|it| it.split_once(": "));
    lines
        .map(|(name, fields)| {
            let fields = fields.split(';').filter_map(|it| it.trim().split_once(' '));
            let fields = fields.map(|(name, kind)| Field {
                name: name.trim_end_matches('*'),
                is_required: name.ends_with('*'),
                kind: self::kind(kind),
            });
            let is_open = name.ends_with('+');
            let is_whole = name.ends_with('!');
            let shape = Shape { is_open, is_whole, fields: fields.collect() };
            (name.trim_end_matches(['+', '!']), shape)
        })
        .collect()
}

fn kind(text: &'static str) -> Kind {
    let inner = |text: &'static str| Box::new(kind(text));
    match text.split_once(' ') {
        Some(("map", rest)) => return Kind::Map(inner(rest)),
        Some(("list", rest)) => return Kind::List(inner(rest)),
        Some(("some", rest)) => return Kind::Some(inner(rest)),
        Some(_) | None => {}
    }
    match text {
        "any" => Kind::Any,
        "text" => Kind::Text,
        "uri" => Kind::Uri,
        "email" => Kind::Email,
        "location" => Kind::Location,
        "flag" => Kind::Flag,
        "whole" => Kind::Whole,
        "number" => Kind::Number,
        "object" => Kind::Object,
        "schemeType" => Kind::Words(words::SCHEMES.to_vec()),
        words if words.contains('|') => {
            Kind::Words(words.split('|').filter(|it| !it.is_empty()).collect())
        }
        part => Kind::Part(part),
    }
}

struct Check<'a, 'b> {
    sources: &'a mut Sources<'b>,
    shapes: &'a BTreeMap<&'static str, Shape>,
    is_old: bool,
}

impl Check<'_, '_> {
    /// A value as far as it is of a kind; nothing if it has to be left out.
    fn value(&mut self, spot: &Spot, kind: &Kind) -> Option<Arc<Tree>> {
        let tree = &spot.tree;
        if tree.content == Content::Null || *kind == Kind::Any {
            return Some(tree.clone());
        }
        if let Some(reference) = tree.get("$ref").filter(|_| !is_simple(kind)) {
            return self.reference(spot, reference);
        }
        let is_list = matches!(tree.content, Content::List(_));
        match kind {
            Kind::Part(name) => self.part(spot, name),
            Kind::Map(inner) if tree.is_map() => Some(self.entries(spot, inner)),
            Kind::List(inner) | Kind::Some(inner) if is_list => Some(self.items(spot, inner)),
            Kind::Some(inner) => self.value(spot, inner),
            Kind::Object if tree.is_map() => Some(tree.clone()),
            Kind::Map(_) | Kind::Object => self.unfit(spot, "a map"),
            Kind::List(_) => self.unfit(spot, "a list"),
            Kind::Text => self.text(spot),
            Kind::Any
            | Kind::Uri
            | Kind::Email
            | Kind::Location
            | Kind::Flag
            | Kind::Whole
            | Kind::Number
            | Kind::Words(_) => self.simple(spot, kind),
        }
    }

    /// What is no text but can be meant as one is taken as that.
    fn text(&mut self, spot: &Spot) -> Option<Arc<Tree>> {
        let meant = match &spot.tree.content {
            Content::Text(_) => return Some(spot.tree.clone()),
            Content::Number(number) => number.to_string(),
            Content::Flag(flag) => flag.to_string(),
            Content::Null | Content::List(_) | Content::Map(_) => {
                return self.unfit(spot, "a text");
            }
        };
        let found = &spot.tree.content;
        self.say(spot, format!("expected a text, found {found}; it is taken as `{meant}`"));
        Some(Arc::new(Tree::new(spot.tree.mark, Content::Text(meant))))
    }

    fn simple(&mut self, spot: &Spot, kind: &Kind) -> Option<Arc<Tree>> {
        let text = spot.tree.text();
        let number = match &spot.tree.content {
            Content::Number(number) => number.as_f64(),
            Content::Null
            | Content::Flag(_)
            | Content::Text(_)
            | Content::List(_)
            | Content::Map(_) => None,
        };
        let (fits, expected) = match kind {
            Kind::Uri => (text.is_some_and(is_uri), "a URI with its scheme".to_owned()),
            Kind::Email => (text.is_some_and(is_email), "an email address".to_owned()),
            Kind::Location => {
                let expected = "an expression such as $message.header#/id";
                (text.is_some_and(is_location), expected.to_owned())
            }
            Kind::Flag => {
                (matches!(spot.tree.content, Content::Flag(_)), "true or false".to_owned())
            }
            Kind::Whole => {
                (number.is_some_and(|it| it.fract() == 0.0), "a whole number".to_owned())
            }
            Kind::Number => (number.is_some(), "a number".to_owned()),
            Kind::Words(words) => {
                let is_one = text.is_some_and(|text| words.contains(&text));
                (is_one, format!("one of {}", words.join(", ")))
            }
            Kind::Any
            | Kind::Text
            | Kind::Object
            | Kind::Map(_)
            | Kind::List(_)
            | Kind::Some(_)
            | Kind::Part(_) => (true, String::new()),
        };
        if fits { Some(spot.tree.clone()) } else { self.unfit(spot, &expected) }
    }

    fn reference(&mut self, spot: &Spot, reference: &Arc<Tree>) -> Option<Arc<Tree>> {
        if reference.text().is_some() {
            return Some(spot.tree.clone());
        }
        let at = spot.get("$ref").unwrap_or_else(|| spot.clone());
        self.unfit(&at, "a reference as text")
    }

    fn entries(&mut self, spot: &Spot, kind: &Kind) -> Arc<Tree> {
        let parts = spot.entries().into_iter();
        let mended: Vec<_> = parts.map(|(_, part)| (self.value(&part, kind), part)).collect();
        put_together(spot, mended)
    }

    fn items(&mut self, spot: &Spot, kind: &Kind) -> Arc<Tree> {
        let parts = spot.items().into_iter();
        let mut mended: Vec<_> = parts.map(|part| (self.value(&part, kind), part)).collect();
        if *kind == Kind::Part("tag") {
            self.take_once(&mut mended);
        }
        if mended.iter().all(|(tree, part)| is_same(tree.as_ref(), part)) {
            return spot.tree.clone();
        }
        let items = mended.into_iter().filter_map(|it| it.0).collect();
        Arc::new(Tree::new(spot.tree.mark, Content::List(items)))
    }

    /// Leaves out tags that are there before.
    fn take_once(&mut self, tags: &mut [(Option<Arc<Tree>>, Spot)]) {
        let mut names = Vec::new();
        for (tree, spot) in tags {
            let Some(name) = spot.text("name").filter(|_| tree.is_some()) else { continue };
            if names.contains(&name) {
                self.say(spot, format!("the tag `{name}` is there twice"));
                *tree = None;
            }
            names.push(name);
        }
    }

    /// A part of the table, field by field.
    fn part(&mut self, spot: &Spot, name: &'static str) -> Option<Arc<Tree>> {
        let name = match name {
            "message" if spot.get("oneOf").is_some() && self.is_old => "choice",
            "payload" if spot.get("schema").is_some() && !self.is_old => "multi",
            "payload" => "schema",
            "scheme" => scheme(spot),
            // What has a trait may be a pair of the trait and its values.
            "trait" => return Some(spot.tree.clone()),
            "schema" if matches!(spot.tree.content, Content::Flag(_)) => {
                return Some(spot.tree.clone());
            }
            name => name,
        };
        if !spot.tree.is_map() {
            return self.unfit(spot, "a map");
        }
        let shapes = self.shapes;
        let Some(shape) = shapes.get(name) else { return Some(spot.tree.clone()) };
        let mut mended = Vec::new();
        for (key, part) in spot.entries() {
            let field = shape.fields.iter().find(|it| it.name == key);
            let tree = match field {
                Some(field) => self.value(&part, self.kind_of(spot, field)),
                None if shape.is_open || key.starts_with("x-") => Some(part.tree.clone()),
                None => {
                    self.say(&part, format!("`{key}` has no meaning in {}", with_article(name)));
                    None
                }
            };
            mended.push((tree, part));
        }
        let mut lacks = false;
        for field in shape.fields.iter().filter(|it| it.is_required) {
            if spot.tree.get(field.name).is_none() {
                lacks = true;
                self.say(spot, format!("{} needs `{}`", with_article(name), field.name));
            }
        }
        (!lacks || !shape.is_whole).then(|| put_together(spot, mended))
    }

    /// What a field has to be, given what stands beside it.
    fn kind_of<'s>(&self, holder: &Spot, field: &'s Field) -> &'s Kind {
        let format = holder.text("schemaFormat");
        let is_other = format.is_some_and(|it| !it.starts_with("application/vnd.aai.asyncapi"));
        if is_other && ["payload", "schema"].contains(&field.name) {
            &Kind::Any
        } else {
            &field.kind
        }
    }

    fn unfit(&mut self, spot: &Spot, expected: &str) -> Option<Arc<Tree>> {
        let found = &spot.tree.content;
        self.say(spot, format!("expected {expected}, found {found}; it is left out"));
        None
    }

    fn say(&mut self, spot: &Spot, sentence: String) {
        self.sources.say("shape", Severity::Error, spot, sentence);
    }
}

/// Whether no reference can stand in the place of a value.
fn is_simple(kind: &Kind) -> bool {
    // A channel of version 2 and a schema may say more beside a reference.
    !matches!(kind, Kind::Part(_) | Kind::Map(_) | Kind::List(_) | Kind::Some(_) | Kind::Object)
}

fn is_same(tree: Option<&Arc<Tree>>, part: &Spot) -> bool {
    tree.is_some_and(|tree| Arc::ptr_eq(tree, &part.tree))
}

/// A map of what is left of its entries, which are in their order.
fn put_together(spot: &Spot, mended: Vec<(Option<Arc<Tree>>, Spot)>) -> Arc<Tree> {
    if mended.iter().all(|(tree, part)| is_same(tree.as_ref(), part)) {
        return spot.tree.clone();
    }
    let entries = spot.tree.entries().iter().zip(mended);
    let entries =
        entries.filter_map(|(entry, (tree, _))| Some(Entry { tree: tree?, ..entry.clone() }));
    Arc::new(Tree::new(spot.tree.mark, Content::Map(entries.collect())))
}

/// The part that a security scheme is, by its type.
fn scheme(spot: &Spot) -> &'static str {
    match spot.text("type").as_deref() {
        Some("apiKey") => "userKey",
        Some("httpApiKey") => "httpKey",
        Some("http") => "httpScheme",
        Some("oauth2") => "oauth",
        Some("openIdConnect") => "openId",
        Some(_) | None => "scheme",
    }
}

fn with_article(name: &str) -> String {
    let article = if name.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {name}")
}

fn is_uri(text: &str) -> bool {
    let scheme = text.split_once(':').map_or("", |(scheme, _)| scheme);
    let is_plain = |it: char| it.is_ascii_alphanumeric() || "+-.".contains(it);
    scheme.starts_with(|it: char| it.is_ascii_alphabetic())
        && scheme.chars().all(is_plain)
        && !text.contains(char::is_whitespace)
}

fn is_email(text: &str) -> bool {
    let is_word = |it: &str| !it.is_empty() && !it.contains(char::is_whitespace);
    text.split_once('@').is_some_and(|(before, after)| is_word(before) && is_word(after))
}

fn is_location(text: &str) -> bool {
    ["$message.header#", "$message.payload#"].iter().any(|it| text.starts_with(it))
}
