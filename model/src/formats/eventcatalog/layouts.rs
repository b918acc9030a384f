//! Where the services and channels of a bounded context stand.

use serde_json::{Map, Value, json};

use super::File;
use super::ids::Ids;

/// The positions of what belongs to each context, as the catalog stores those that people drag.
pub(super) fn layouts(ids: &Ids<'_>) -> Vec<File> {
    let mut files = Vec::new();
    for context in &ids.design.contexts {
        let Some(id) = ids.context(&context.name) else { continue };
        let members =
            ids.design.nodes.iter().filter(|it| it.context.as_ref() == Some(&context.name));
        let mut positions: Map<String, Value> = Map::new();
        for node in members {
            let Some(position) = ids.design.layout.get(&node.name) else { continue };
            let pointer = ids.pointer_to_node(&node.name);
            let text = |key: &str| pointer[key].as_str().unwrap_or_default().to_owned();
            let key = format!("{}-{}", text("id"), text("version"));
            positions.insert(key, json!({ "x": position.0, "y": position.1 }));
        }
        if positions.is_empty() {
            continue;
        }
        let kept = ids.kept_of_context(&context.name);
        let key = format!("domains/{id}/{}", super::file_name(ids.version_of(Some(&kept))));
        let layout = json!({ "version": 1, "resourceKey": key, "positions": positions });
        files.push(File::plain(
            format!("_data/visualizer-layouts/{key}.json"),
            format!("{layout:#}\n"),
        ));
    }
    files
}
