//! Lines as triangles, written straight into one mesh: a tessellator that runs again for every
//! edge of every frame is what makes large graphs slow.

use egui::{Color32, Mesh, Pos2, Vec2, vec2};

/// How wide the soft rim of a line is, in points.
const FEATHER: f32 = 0.8;

/// A soft-edged line along these points.
pub fn polyline(mesh: &mut Mesh, points: &[Pos2], width: f32, color: Color32) {
    if points.len() < 2 {
        return;
    }
    // A line thinner than a pixel is a fainter line of one pixel.
    let color = if width < 1.0 { color.gamma_multiply(width.max(0.25)) } else { color };
    let half = (width.max(1.0) - FEATHER).max(0.2) * 0.5;
    let base = mesh.vertices.len() as u32;
    for index in 0..points.len() {
        let normal = normal(points, index);
        let point = points[index];
        mesh.colored_vertex(point + normal * (half + FEATHER), Color32::TRANSPARENT);
        mesh.colored_vertex(point + normal * half, color);
        mesh.colored_vertex(point - normal * half, color);
        mesh.colored_vertex(point - normal * (half + FEATHER), Color32::TRANSPARENT);
    }
    for piece in 0..points.len() as u32 - 1 {
        let (a, b) = (base + piece * 4, base + piece * 4 + 4);
        for lane in 0..3 {
            mesh.add_triangle(a + lane, a + lane + 1, b + lane);
            mesh.add_triangle(a + lane + 1, b + lane + 1, b + lane);
        }
    }
}

/// A straight hard-edged line of two triangles, for graphs seen from far away.
pub fn thin_line(mesh: &mut Mesh, from: Pos2, to: Pos2, color: Color32) {
    let along = (to - from).normalized() * 0.5;
    let normal = vec2(-along.y, along.x);
    let base = mesh.vertices.len() as u32;
    for point in [from + normal, to + normal, to - normal, from - normal] {
        mesh.colored_vertex(point, color);
    }
    mesh.add_triangle(base, base + 1, base + 2);
    mesh.add_triangle(base, base + 2, base + 3);
}

/// A line of dashes `on` points long with gaps of `off` points.
pub fn dashed(mesh: &mut Mesh, points: &[Pos2], width: f32, color: Color32, (on, off): (f32, f32)) {
    let mut dash: Vec<Pos2> = Vec::with_capacity(8);
    let (mut is_on, mut left) = (true, on);
    for pair in points.windows(2) {
        let (mut from, to) = (pair[0], pair[1]);
        if is_on && dash.is_empty() {
            dash.push(from);
        }
        let mut length = (to - from).length();
        while length > left {
            from += (to - from).normalized() * left;
            length -= left;
            if is_on {
                dash.push(from);
                polyline(mesh, &dash, width, color);
                dash.clear();
            } else {
                dash.push(from);
            }
            is_on = !is_on;
            left = if is_on { on } else { off };
        }
        left -= length;
        if is_on {
            dash.push(to);
        }
    }
    polyline(mesh, &dash, width, color);
}

/// An arrow head whose tip is at `tip`, pointing along `direction`.
pub fn arrow_head(mesh: &mut Mesh, tip: Pos2, direction: Vec2, size: f32, color: Color32) {
    let along = direction.normalized() * size;
    let across = vec2(-along.y, along.x) * 0.5;
    let base = mesh.vertices.len() as u32;
    for point in [tip, tip - along + across, tip - along - across] {
        mesh.colored_vertex(point, color);
    }
    mesh.add_triangle(base, base + 1, base + 2);
    let rim = [tip, tip - along + across, tip - along - across, tip];
    polyline(mesh, &rim, 1.0, color);
}

/// Across the line at one of its points, one long.
fn normal(points: &[Pos2], index: usize) -> Vec2 {
    let before = points[index.saturating_sub(1)];
    let after = points[(index + 1).min(points.len() - 1)];
    let along = (after - before).normalized();
    vec2(-along.y, along.x)
}

#[cfg(test)]
mod tests {
    use egui::pos2;

    use super::*;

    #[test]
    fn a_dashed_line_has_gaps() {
        let mut mesh = Mesh::default();
        dashed(&mut mesh, &[pos2(0.0, 0.0), pos2(100.0, 0.0)], 2.0, Color32::RED, (6.0, 4.0));
        // Ten dashes of two points, four vertices each.
        assert_eq!(mesh.vertices.len(), 10 * 2 * 4);
        assert!(mesh.is_valid());
    }

    #[test]
    fn a_line_without_length_draws_nothing() {
        let mut mesh = Mesh::default();
        polyline(&mut mesh, &[pos2(1.0, 1.0)], 2.0, Color32::RED);
        assert!(mesh.is_empty());
    }
}
