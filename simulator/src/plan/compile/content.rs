//! Schemas made ready, and expressions compiled.

use std::cell::RefCell;
use std::collections::BTreeMap;

use flowbench_model::compat::Uses;
use flowbench_model::emission::Emission;
use flowbench_model::expression::Expression;
use flowbench_model::message::SchemaLanguage;
use flowbench_model::node::{Node, Role};
use flowbench_model::pattern::Pattern;
use flowbench_model::schema::{Checker, Parsed, Schemas, verdict};

use super::Compiler;
use crate::plan::content::{ExpressionIndex, MappingIndex, PlanContent, PlanExpression};
use crate::plan::{EdgeIndex, NONE, PlanEdge, PlanNode, TypeIndex};
use crate::rng::{Purpose, stream_id};

/// Expressions on the way into the plan.
#[derive(Default)]
pub(super) struct Expressions {
    found: RefCell<Found>,
}

#[derive(Default)]
struct Found {
    expressions: Vec<PlanExpression>,
    mappings: Vec<Vec<(Vec<String>, ExpressionIndex)>>,
}

/// What parts of a splitter can be read by.
const OF_PARTS: [&str; 3] = ["part", "index", "total"];

impl Expressions {
    /// The index of an expression that stands somewhere; [`NONE`] if there is none.
    pub(super) fn add(
        &self,
        expression: Option<&Expression>,
        names: &[&str],
        place: impl FnOnce() -> String,
    ) -> ExpressionIndex {
        let Some(expression) = expression else { return NONE };
        let compiled =
            expression.compile(names).expect("invariant: the lints compiled every expression");
        let mut found = self.found.borrow_mut();
        found.expressions.push(PlanExpression { compiled, place: place() });
        found.expressions.len() as ExpressionIndex - 1
    }

    /// The index of the mapping of an emission; [`NONE`] if it maps nothing.
    pub(super) fn add_mapping(
        &self,
        emission: &Emission,
        names: &[&str],
        place: &str,
    ) -> MappingIndex {
        if emission.mapping.is_empty() {
            return NONE;
        }
        let names = with_parts(emission, names);
        self.add_fields(&emission.mapping, &names, &format!("{place}.mapping"))
    }

    /// The index of a mapping of fields, by path.
    pub(super) fn add_fields(
        &self,
        fields: &BTreeMap<String, Expression>,
        names: &[&str],
        place: &str,
    ) -> MappingIndex {
        let fields = fields.iter().map(|(field, expression)| {
            let path = field.split('.').map(str::to_owned).collect();
            (path, self.add(Some(expression), names, || format!("{place}.{field}")))
        });
        let fields = fields.collect();
        let mut found = self.found.borrow_mut();
        found.mappings.push(fields);
        found.mappings.len() as MappingIndex - 1
    }
}

/// What the conditions and mappings of an emission can read.
pub(super) fn with_parts<'n>(emission: &Emission, names: &[&'n str]) -> Vec<&'n str> {
    let parts: &[&'static str] = if emission.parts.is_some() { &OF_PARTS } else { &[] };
    names.iter().copied().chain(parts.iter().copied()).collect()
}

impl Compiler<'_> {
    /// What the run knows about contents; nothing if nobody asks, so that it costs nothing.
    pub(super) fn plan_content(
        &self,
        nodes: &[PlanNode],
        schemas: &Schemas,
        (seed, is_needed): (u64, bool),
    ) -> PlanContent {
        let Found { expressions, mappings } = self.expressions.found.take();
        let mut content =
            PlanContent { is_needed, expressions, mappings, ..PlanContent::default() };
        content.node_words =
            nodes.iter().map(|node| stream_id(seed, &node.key, Purpose::Payload)).collect();
        if !is_needed {
            return content;
        }
        for at in &self.types.order {
            let message = &self.design.messages[*at];
            let mut versions: Vec<(u32, u32)> = Vec::new();
            for version in &message.versions {
                if let Ok(form) = verdict::form(&version.schema, schemas) {
                    versions.push((version.number, content.forms.len() as u32));
                    content.has_avro |= version.schema.language() == SchemaLanguage::Avro;
                    content.forms.push(form);
                }
            }
            versions.sort_unstable();
            content.of_type.push(versions);
            let word = |field: &String| stream_id(seed, field, Purpose::Payload);
            let field = message.ordering_key.as_ref();
            content.key_fields.push(field.map(|field| (field.clone(), word(field))));
        }
        content.narrowed = self.narrowed(schemas);
        content
    }

    /// What the payloads of a type have to fit at the end of an edge whose consumer uses some
    /// fields only.
    fn narrowed(&self, schemas: &Schemas) -> BTreeMap<(EdgeIndex, TypeIndex), Checker> {
        let mut narrowed = BTreeMap::new();
        let using =
            (0..).zip(&self.edges).filter(|(_, (_, edge, _))| !edge.contract.uses.is_empty());
        for (index, (_, edge, _)) in using {
            let uses = Uses::of(&edge.contract.uses);
            for ((of_type, at), read) in (0..).zip(&self.types.order).zip(self.versions_read(edge))
            {
                let version = self.design.messages[*at].version(Some(read));
                let form = version.and_then(|it| verdict::form(&it.schema, schemas).ok());
                let Some(form) = form else { continue };
                let Parsed::Json(schema) = &**form.checker().parsed() else { continue };
                let text = uses.narrowed(schema).to_string();
                if let Ok(checker) = Checker::new(SchemaLanguage::JsonSchema, &text) {
                    narrowed.insert((index, of_type), checker);
                }
            }
        }
        narrowed
    }

    /// Whether anything asks what messages say.
    pub(super) fn needs_content(&self, edges: &[PlanEdge]) -> bool {
        let found = self.expressions.found.borrow();
        !found.mappings.is_empty()
            || found.expressions.iter().any(|it| it.compiled.reads_payload())
            || edges.iter().any(|edge| edge.validation.is_some())
            || self.design.nodes.iter().any(|node| recalls(node))
    }
}

/// Whether an expression of a node's pattern reads payloads that came before.
fn recalls(node: &Node) -> bool {
    match &node.role {
        Role::Consumer(consumer) => {
            let conditions = consumer.pattern.expressions();
            let lists = consumer.pattern.emissions();
            let mut emissions = lists.iter().flat_map(|(_, list)| list.iter());
            matches!(consumer.pattern, Pattern::MaterializedView(_))
                || conditions.iter().any(|it| !it.names.is_empty())
                || emissions.any(|it| it.when.is_some() || it.parts.is_some() || it.key.is_some())
        }
        Role::Producer(_) | Role::Channel(_) => false,
    }
}
