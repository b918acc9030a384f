//! What an expression reads and calls, known from its text alone; and which part of it failed.

use cel::common::ast::{CallExpr, EntryExpr, Expr, IdedEntryExpr, IdedExpr, LiteralValue};
use cel::{Context, Env, ExecutionError, Program};

use crate::expression::NAMES;
use crate::expression::scope::FACTS;
use crate::name::nearest;

/// What was found.
#[derive(Default)]
pub(super) struct Found {
    /// Paths of the payload that are read, with the part that reads them.
    pub(super) fields: Vec<(Vec<String>, u64)>,
    pub(super) reads_payload: bool,
    /// The first thing that cannot be, with its part.
    pub(super) error: Option<(u64, String)>,
}

/// Walks over an expression in a place where `names` can be read beside those of every expression.
pub(super) fn read(program: &Program, env: &Env, names: &[&str]) -> Found {
    let mut reader = Reader { found: Found::default(), env, names, bound: Vec::new() };
    reader.expression(program.expression());
    reader.found
}

struct Reader<'a> {
    found: Found,
    env: &'a Env,
    names: &'a [&'a str],
    /// Variables of the macros around the present place.
    bound: Vec<String>,
}

impl Reader<'_> {
    fn expression(&mut self, part: &IdedExpr) {
        if let Some(path) = self.payload_path(part) {
            self.found.reads_payload = true;
            if !path.is_empty() {
                self.found.fields.push((path, part.id));
            }
            return;
        }
        match &part.expr {
            Expr::Unspecified | Expr::Literal(_) => {}
            Expr::Ident(name) => self.name(part.id, name),
            Expr::Select(select) if select.test => self.asked(&select.operand),
            Expr::Select(select) => {
                self.fact(part.id, &select.operand, &select.field);
                self.expression(&select.operand);
            }
            Expr::Call(call) => {
                self.function(part.id, &call.func_name);
                call.target.iter().for_each(|target| self.expression(target));
                call.args.iter().for_each(|argument| self.expression(argument));
            }
            Expr::List(list) => list.elements.iter().for_each(|item| self.expression(item)),
            Expr::Map(map) => map.entries.iter().for_each(|entry| self.entry(entry)),
            Expr::Struct(_) => self.object_to(part.id, "messages of a protocol are not known here"),
            Expr::Comprehension(loop_) => {
                if has_map(&loop_.iter_range) {
                    self.object_to(part.id, "the order of a map is not defined; walk over a list");
                }
                self.expression(&loop_.iter_range);
                self.bound.push(loop_.iter_var.clone());
                self.bound.extend(loop_.iter_var2.clone());
                self.bound.push(loop_.accu_var.clone());
                let depth = self.bound.len();
                let inner = [&loop_.accu_init, &loop_.loop_cond, &loop_.loop_step, &loop_.result];
                inner.into_iter().for_each(|it| self.expression(it));
                let own = 2 + usize::from(loop_.iter_var2.is_some());
                self.bound.truncate(depth - own);
            }
        }
    }

    fn entry(&mut self, entry: &IdedEntryExpr) {
        match &entry.expr {
            EntryExpr::StructField(field) => self.expression(&field.value),
            EntryExpr::MapEntry(member) => {
                self.expression(&member.key);
                self.expression(&member.value);
            }
        }
    }

    /// What `has` looks into is read, what it asks for is not.
    fn asked(&mut self, operand: &IdedExpr) {
        match self.payload_path(operand) {
            Some(_) => self.found.reads_payload = true,
            None => self.expression(operand),
        }
    }

    /// The names from `payload` down to a part, if it is one of those.
    fn payload_path(&self, part: &IdedExpr) -> Option<Vec<String>> {
        match &part.expr {
            Expr::Ident(name) if name == "payload" && !self.bound.contains(name) => {
                Some(Vec::new())
            }
            Expr::Select(select) if !select.test => {
                let mut path = self.payload_path(&select.operand)?;
                path.push(select.field.clone());
                Some(path)
            }
            Expr::Call(call) if call.func_name == "_[_]" => {
                let [operand, index] = &call.args[..] else { return None };
                let Expr::Literal(LiteralValue::String(name)) = &index.expr else { return None };
                let mut path = self.payload_path(operand)?;
                path.push(name.inner().to_owned());
                Some(path)
            }
            Expr::Unspecified
            | Expr::Ident(_)
            | Expr::Select(_)
            | Expr::Call(_)
            | Expr::List(_)
            | Expr::Literal(_)
            | Expr::Map(_)
            | Expr::Struct(_)
            | Expr::Comprehension(_) => None,
        }
    }

    fn name(&mut self, id: u64, name: &str) {
        let is_known = self.bound.iter().any(|bound| bound == name)
            || NAMES.contains(&name)
            || self.names.contains(&name)
            || self.env.types().find_type(name).is_some();
        if is_known {
            return;
        }
        let known: Vec<&str> = NAMES.iter().chain(self.names).copied().collect();
        let listed: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
        let meant = match nearest(name, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("fields are read as `payload.{name}`"),
        };
        let listed = listed.join(", ");
        self.object_to(id, &format!("expected one of {listed}, found `{name}`; {meant}"));
    }

    fn fact(&mut self, id: u64, operand: &IdedExpr, field: &str) {
        if matches!(&operand.expr, Expr::Ident(name) if name == "message")
            && !FACTS.contains(&field)
        {
            let listed: Vec<String> = FACTS.iter().map(|name| format!("`{name}`")).collect();
            let listed = listed.join(", ");
            self.object_to(id, &format!("`message` has {listed}; found `{field}`"));
        }
    }

    fn function(&mut self, id: u64, name: &str) {
        let is_operator = name.contains(['_', '@', '!', '-']);
        if !is_operator && !FUNCTIONS.contains(&name) {
            let meant = nearest(name, FUNCTIONS);
            let meant = meant.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
            self.object_to(id, &format!("there is no function `{name}`{meant}"));
        }
    }

    fn object_to(&mut self, id: u64, sentence: &str) {
        self.found.error.get_or_insert_with(|| (id, sentence.to_owned()));
    }
}

/// The functions of the language's standard library that are there.
const FUNCTIONS: [&str; 14] = [
    "size",
    "contains",
    "startsWith",
    "endsWith",
    "matches",
    "int",
    "uint",
    "double",
    "string",
    "bytes",
    "bool",
    "type",
    "dyn",
    "has",
];

fn has_map(part: &IdedExpr) -> bool {
    match &part.expr {
        Expr::Map(_) | Expr::Struct(_) => true,
        Expr::Unspecified | Expr::Literal(_) | Expr::Ident(_) => false,
        Expr::Select(select) => has_map(&select.operand),
        Expr::Call(call) => {
            call.target.as_ref().is_some_and(|it| has_map(it)) || call.args.iter().any(has_map)
        }
        Expr::List(_) => false,
        Expr::Comprehension(inner) => has_map(&inner.iter_range),
    }
}

/// The same expression with fields of `payload` and `message` looked up in them at once: names
/// with dots need not be tried as names of variables first.
pub(super) fn direct(part: &IdedExpr) -> IdedExpr {
    let mut part = part.clone();
    make_direct(&mut part);
    part
}

fn make_direct(part: &mut IdedExpr) {
    match &mut part.expr {
        Expr::Unspecified | Expr::Literal(_) | Expr::Ident(_) | Expr::Struct(_) => {}
        Expr::Select(select) => {
            make_direct(&mut select.operand);
            if !select.test && is_rooted(&select.operand) {
                let operand = std::mem::take(&mut *select.operand);
                let name = LiteralValue::String(std::mem::take(&mut select.field).into());
                let index = IdedExpr { id: part.id, expr: Expr::Literal(name) };
                let func_name = "_[_]".to_owned();
                let args = vec![operand, index];
                part.expr = Expr::Call(CallExpr { func_name, target: None, args });
            }
        }
        Expr::Call(call) => {
            call.target.iter_mut().for_each(|target| make_direct(target));
            call.args.iter_mut().for_each(make_direct);
        }
        Expr::List(list) => list.elements.iter_mut().for_each(make_direct),
        Expr::Map(map) => map.entries.iter_mut().for_each(|entry| match &mut entry.expr {
            EntryExpr::StructField(field) => make_direct(&mut field.value),
            EntryExpr::MapEntry(member) => {
                make_direct(&mut member.key);
                make_direct(&mut member.value);
            }
        }),
        Expr::Comprehension(inner) => {
            make_direct(&mut inner.iter_range);
            make_direct(&mut inner.loop_step);
            make_direct(&mut inner.loop_cond);
            make_direct(&mut inner.result);
        }
    }
}

/// Whether a part is `payload` or `message`, or was looked up in one of them.
fn is_rooted(part: &IdedExpr) -> bool {
    match &part.expr {
        Expr::Ident(name) => NAMES.contains(&name.as_str()),
        Expr::Call(call) => call.func_name == "_[_]" && call.args.first().is_some_and(is_rooted),
        Expr::Unspecified
        | Expr::Literal(_)
        | Expr::Select(_)
        | Expr::List(_)
        | Expr::Map(_)
        | Expr::Struct(_)
        | Expr::Comprehension(_) => false,
    }
}

/// The innermost part that fails by itself, with its error. What stands inside a macro cannot be
/// evaluated alone: there the macro is to blame.
pub(super) fn blamed(
    part: &IdedExpr,
    context: &Context<'_, '_>,
    error: ExecutionError,
) -> (u64, ExecutionError) {
    let inner: Vec<&IdedExpr> = match &part.expr {
        Expr::Select(select) => vec![&select.operand],
        Expr::Call(call) => call.target.iter().map(|it| &**it).chain(&call.args).collect(),
        Expr::List(list) => list.elements.iter().collect(),
        Expr::Comprehension(inner) => vec![&inner.iter_range],
        Expr::Unspecified | Expr::Literal(_) | Expr::Ident(_) | Expr::Map(_) | Expr::Struct(_) => {
            Vec::new()
        }
    };
    for part in inner {
        let result = cel::Value::resolve_val(part, context);
        if let Err(error) = result {
            return blamed(part, context, error);
        }
    }
    (part.id, error)
}
