//! What runs in a broker, as its own tools read it.

use flowbench_model::finding::Finding;
use flowbench_model::formats::topology::RABBITMQ;

use super::{Options, Source, Stop, Work};

/// Definitions of RabbitMQ.
pub(super) fn rabbitmq(
    source: &Source<'_>,
    _: Options,
    work: &mut Work<'_>,
) -> Result<Vec<Finding>, Stop> {
    let write = RABBITMQ.write.expect("invariant: definitions are written");
    let (text, findings) = write(source.design);
    work.keep_text("", text)?;
    Ok(findings)
}
