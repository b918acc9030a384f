//! Expressions in the Common Expression Language (CEL): conditions, filters and mappings. Compiled
//! once; what is wrong with one is said with its place in the text. Left out: iteration over map
//! literals, whose order the language leaves open.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use cel::common::value::{CowVal, Val};
use cel::{Context, Env, ExecutionError, IdedExpr, Program};
use serde_json::Value;

use crate::time::serde_as_text;
use scope::Resolver;

mod reading;
mod scope;
mod values;

pub use scope::{Facts, Scope};

/// An expression as people write it, such as `payload.total > 100`. Whether it means anything is
/// known once it is compiled.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Expression(Arc<str>);

/// The names that every expression knows.
pub const NAMES: [&str; 2] = ["payload", "message"];

/// The longest expression in letters; longer ones are refused unread.
pub const LONGEST: usize = 10_000;

/// What is wrong with an expression, and where.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{sentence} (column {column} of `{text}`)")]
pub struct ExpressionError {
    /// The expression.
    pub text: String,
    /// Counted from 1 in letters of the text.
    pub column: usize,
    /// What is wrong there, and what would be right.
    pub sentence: String,
}

/// An expression that can be evaluated.
#[derive(Clone)]
pub struct Compiled {
    text: Expression,
    program: Arc<Program>,
    /// What is evaluated: the program with its look-ups made direct.
    direct: Arc<IdedExpr>,
    env: Arc<Env>,
    fields: Vec<Field>,
    reads_payload: bool,
}

/// A field of a payload that an expression reads.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Field {
    /// Its names from the top: `customer`, `tier`.
    pub path: Vec<String>,
    /// Where the expression reads it, counted from 1 in letters.
    pub column: usize,
}

impl Expression {
    /// The text of the expression.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }

    /// Compiles it, for a place where `names` can be read beside [`NAMES`].
    ///
    /// # Errors
    /// If it is no expression, or reads a name or calls a function that is not there.
    pub fn compile(&self, names: &[&str]) -> Result<Compiled, ExpressionError> {
        if self.0.chars().count() > LONGEST {
            return Err(self.error(0, format!("an expression has at most {LONGEST} letters")));
        }
        if let Some(at) = too_deep(&self.0) {
            return Err(self.error(at, "more brackets inside each other than anybody can read"));
        }
        let env = Arc::new(Env::stdlib());
        let program = env.compile(&self.0).map_err(|errors| self.syntax_error(&errors))?;
        let found = reading::read(&program, &env, names);
        if let Some((id, sentence)) = found.error {
            return Err(self.error_at(&program, id, sentence));
        }
        let column = |id| column_of(&program, id);
        let fields = found.fields.into_iter();
        let fields = fields.map(|(path, id)| Field { path, column: column(id) }).collect();
        let reads_payload = found.reads_payload;
        let direct = Arc::new(reading::direct(program.expression()));
        let (text, program) = (self.clone(), Arc::new(program));
        Ok(Compiled { text, program, direct, env, fields, reads_payload })
    }

    fn error(&self, byte: usize, sentence: impl Into<String>) -> ExpressionError {
        let column = self.0.get(..byte).map_or(0, |before| before.chars().count()) + 1;
        ExpressionError { text: self.0.to_string(), column, sentence: sentence.into() }
    }

    fn error_at(&self, program: &Program, id: u64, sentence: String) -> ExpressionError {
        let column = column_of(program, id);
        ExpressionError { text: self.0.to_string(), column, sentence }
    }

    fn syntax_error(&self, errors: &cel::ParseErrors) -> ExpressionError {
        let Some(first) = errors.errors.first() else {
            return self.error(0, "this is no expression");
        };
        let line = (first.pos.0.max(1) - 1) as usize;
        let before: usize =
            self.0.split_inclusive('\n').take(line).map(|it| it.chars().count()).sum();
        let column = before + first.pos.1.max(1) as usize;
        let sentence = format!("this is no expression: {}", syntax(first.msg.trim()));
        ExpressionError { text: self.0.to_string(), column, sentence }
    }
}

/// The parser's complaint without the list of all that could stand there.
fn syntax(message: &str) -> String {
    if message.contains("'<EOF>'") {
        return "it ends too early".to_owned();
    }
    let message = message.strip_prefix("Syntax error: ").unwrap_or(message);
    message.split(" expecting {").next().unwrap_or(message).to_owned()
}

/// Where the brackets of a text go deeper than the parser may follow, if they do.
fn too_deep(text: &str) -> Option<usize> {
    const DEEPEST: usize = 50;
    let mut depth = 0usize;
    for (at, letter) in text.char_indices() {
        match letter {
            '(' | '[' | '{' | '?' | '!' | '-' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST {
            return Some(at);
        }
    }
    None
}

fn column_of(program: &Program, id: u64) -> usize {
    let info = program.source_info();
    let start = info.offset_for(id).map_or(0, |(start, _)| start as usize);
    info.source.get(..start).map_or(0, |before| before.chars().count()) + 1
}

impl Compiled {
    /// What it was compiled of.
    #[must_use]
    pub fn expression(&self) -> &Expression {
        &self.text
    }

    /// The fields of the payload that it reads, as far as they can be told from the text; a field
    /// that it only asks for (`has`) is none of them.
    #[must_use]
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// Whether it needs the payload at all.
    #[must_use]
    pub fn reads_payload(&self) -> bool {
        self.reads_payload
    }

    /// What it comes to.
    ///
    /// # Errors
    /// If it reads what is not there, mixes types, or divides by zero.
    pub fn evaluate(&self, scope: &Scope<'_>) -> Result<Value, ExpressionError> {
        self.with_result(scope, |value| values::json(value))
    }

    /// Whether it holds.
    ///
    /// # Errors
    /// As [`evaluate`](Compiled::evaluate), or if it comes to anything but true or false.
    pub fn holds(&self, scope: &Scope<'_>) -> Result<bool, ExpressionError> {
        self.with_result(scope, |value| match values::boolean(value) {
            Some(holds) => Ok(holds),
            None => Err(format!(
                "expected a condition, true or false; this comes to {}",
                values::described(value)
            )),
        })
    }

    fn with_result<T>(
        &self,
        scope: &Scope<'_>,
        take: impl FnOnce(&dyn Val) -> Result<T, String>,
    ) -> Result<T, ExpressionError> {
        let resolver = Resolver(scope);
        let mut context = Context::with_env(Arc::clone(&self.env));
        context.set_variable_resolver(&resolver);
        let expression = &*self.direct;
        let result: Result<CowVal<'_, '_>, ExecutionError> =
            cel::Value::resolve_val(expression, &context);
        match result {
            Ok(value) => take(&*value)
                .map_err(|sentence| self.text.error_at(&self.program, expression.id, sentence)),
            Err(error) => {
                let (id, error) = reading::blamed(expression, &context, error);
                Err(self.text.error_at(&self.program, id, sentence(&error)))
            }
        }
    }
}

/// What went wrong, in words that say what to do.
#[expect(clippy::wildcard_enum_match_arm, reason = "the errors of the library are open ended")]
fn sentence(error: &ExecutionError) -> String {
    match error {
        ExecutionError::NoSuchKey(name) => {
            format!("there is no field `{name}` here; ask `has(…)` first if it may be absent")
        }
        ExecutionError::DivisionByZero(_) => "this divides by zero".to_owned(),
        ExecutionError::RemainderByZero(_) => {
            "this takes a remainder of a division by zero".to_owned()
        }
        ExecutionError::NoSuchOverload(overload) => wrong_types(overload),
        ExecutionError::UnsupportedBinaryOperator(operator, left, right) => format!(
            "`{operator}` does not take {} and {}; convert one with `int()`, `double()` or `string()`",
            word(left),
            word(right)
        ),
        ExecutionError::Overflow(..) => "the number is too large".to_owned(),
        ExecutionError::IndexOutOfBounds(_) => "the list is shorter than that".to_owned(),
        other => other.to_string(),
    }
}

fn wrong_types(overload: &cel::OverloadError) -> String {
    let types: Vec<String> = overload.argument_types().iter().map(|it| format!("`{it}`")).collect();
    let function = overload.function().trim_matches('_').trim();
    format!("`{function}` does not take {}", types.join(" and "))
}

fn word(value: &cel::Value) -> String {
    match value.type_of().to_string().as_str() {
        "float" => "`double`".to_owned(),
        name => format!("`{name}`"),
    }
}

impl fmt::Debug for Compiled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Compiled").field(&self.text.text()).finish()
    }
}

impl From<&str> for Expression {
    fn from(text: &str) -> Expression {
        Expression(text.into())
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Expression {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Expression, Self::Err> {
        Ok(Expression::from(text))
    }
}

serde_as_text!(Expression);

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use serde_json::json;

    use super::*;

    fn said(text: &str) -> String {
        let payload = json!({
            "total": 42, "price": 2.5, "customer": {"tier": "gold", "name": "Ada"},
            "lines": [{"sku": "a", "n": 2}, {"sku": "b", "n": 3}], "big": 18_446_744_073_709_551_615_u64,
        });
        let facts = Facts { name: "OrderPlaced", key: 7, number: 3, ..Facts::default() };
        let more = [("parts", &json!([1, 2]))];
        let scope = Scope { payload: Some(&payload), message: facts, more: &more };
        let compiled = match Expression::from(text).compile(&["parts"]) {
            Ok(compiled) => compiled,
            Err(error) => return error.to_string(),
        };
        compiled.evaluate(&scope).map_or_else(|error| error.to_string(), |it| it.to_string())
    }

    fn check(text: &str, expected: Expect) {
        expected.assert_eq(&said(text));
    }

    #[test]
    fn an_expression_reads_payload_and_message() {
        check("payload.total > 40 && payload.customer.tier == 'gold'", expect!["true"]);
        check("payload.customer.name + '/' + string(message.key)", expect![[r#""Ada/7""#]]);
        check("message.name == 'OrderPlaced' && message.number % 5 == 3", expect!["true"]);
        check("payload.price * 2.0", expect!["5.0"]);
        check(
            "{'b': payload.total, 'a': [1, 'x', null]}",
            expect![[r#"{"a":[1,"x",null],"b":42}"#]],
        );
        check("payload.customer", expect![[r#"{"tier":"gold","name":"Ada"}"#]]);
        check("has(payload.coupon) ? payload.coupon : 'none'", expect![[r#""none""#]]);
        check("payload.lines.map(line, line.n * 10)", expect!["[20,30]"]);
        check("payload.lines.filter(line, line.sku == 'b')[0].n", expect!["3"]);
        check("size(payload.lines) + size(parts)", expect!["4"]);
        check("payload.customer.exists(name, name == 'tier')", expect!["true"]);
        check("payload.big", expect!["18446744073709551615"]);
    }

    #[test]
    fn what_is_no_expression_is_refused_with_its_place() {
        check(
            "payload.total >",
            expect!["this is no expression: it ends too early (column 16 of `payload.total >`)"],
        );
        check(
            "payload.total > lines",
            expect![
                "expected one of `payload`, `message`, `parts`, found `lines`; fields are read as `payload.lines` (column 17 of `payload.total > lines`)"
            ],
        );
        check(
            "payload.total + total(3)",
            expect!["there is no function `total` (column 22 of `payload.total + total(3)`)"],
        );
        check(
            "{'a': 1}.map(k, k)",
            expect![
                "the order of a map is not defined; walk over a list (column 13 of `{'a': 1}.map(k, k)`)"
            ],
        );
        check("", expect!["this is no expression: it ends too early (column 1 of ``)"]);
        assert!(said(&"(".repeat(60)).contains("brackets"));
        assert!(said(&"a".repeat(LONGEST + 1)).contains("letters"));
    }

    #[test]
    fn what_fails_says_where_and_why() {
        check(
            "1 + payload.customer.age",
            expect![
                "there is no field `age` here; ask `has(…)` first if it may be absent (column 21 of `1 + payload.customer.age`)"
            ],
        );
        check(
            "payload.total / (payload.total - 42)",
            expect!["this divides by zero (column 15 of `payload.total / (payload.total - 42)`)"],
        );
        check(
            "payload.total + payload.price",
            expect![
                "`add` does not take `int` and `double`; convert one with `int()`, `double()` or `string()` (column 15 of `payload.total + payload.price`)"
            ],
        );
        check(
            "payload.customer < 3",
            expect!["`<` does not take `map` and `int` (column 18 of `payload.customer < 3`)"],
        );
        check(
            "payload.lines[7]",
            expect!["the list is shorter than that (column 14 of `payload.lines[7]`)"],
        );
        check(
            "payload.lines.map(line, line.x)",
            expect![
                "there is no field `x` here; ask `has(…)` first if it may be absent (column 18 of `payload.lines.map(line, line.x)`)"
            ],
        );
        check(
            "message.color",
            expect![
                "`message` has `name`, `version`, `key`, `source`, `number`, `attempt`, `age_ms`, `replayed`, `partial`, `routing_key`, `headers`; found `color` (column 8 of `message.color`)"
            ],
        );
        check(
            "9223372036854775807 + payload.total",
            expect!["the number is too large (column 21 of `9223372036854775807 + payload.total`)"],
        );
    }

    #[test]
    fn a_condition_is_true_or_false() {
        let scope = Scope::default();
        let holds =
            |text: &str| Expression::from(text).compile(&[]).expect("an expression").holds(&scope);
        assert_eq!(holds("1 < 2"), Ok(true));
        expect!["expected a condition, true or false; this comes to a value of type `string` (column 5 of `'a' + 'b'`)"].assert_eq(&holds("'a' + 'b'").expect_err("a text").to_string());
    }

    #[test]
    fn the_fields_that_are_read_are_known_beforehand() {
        let text = "payload.a.b > 1 && has(payload.c) && payload['d'] == message.key";
        let compiled = Expression::from(text).compile(&[]).expect("an expression");
        let fields: Vec<String> = compiled
            .fields()
            .iter()
            .map(|field| format!("{}@{}", field.path.join("."), field.column))
            .collect();
        assert_eq!(fields, ["a.b@10", "d@45"]);
        assert!(compiled.reads_payload());
        let other = Expression::from("message.key > 1").compile(&[]).expect("an expression");
        assert!(!other.reads_payload());
    }
}
