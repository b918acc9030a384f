//! The real window as another process, driven by accessible names, with settings of its own.

use std::collections::BTreeMap;
use std::error::Error;
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command};
use std::thread::sleep;
use std::time::{Duration, Instant};
use std::{env, fs};

use egui::accesskit::{Action, ActionRequest, Node, NodeId, Rect, TreeId};
use egui::{
    Event, Key, Modifiers, MouseWheelSource, MouseWheelUnit, PointerButton, Pos2, TouchPhase, pos2,
    vec2,
};
use egui_inspection::protocol::read_handshake;
use egui_inspection::{INSPECTION_ENV_VAR, Request, Response, read_message, write_message};
use flowbench::files::{HOME_VARIABLE, Home};
use flowbench::gui::OpenError;
use flowbench::session::Session;

use crate::scene::{Step, Thing};

/// The argument that makes this program the window.
pub(crate) const MODE: &str = "window";
/// The longest that anything is waited for.
const PATIENCE: Duration = Duration::from_secs(40);

/// What is on the screen.
type Nodes = BTreeMap<NodeId, Node>;

/// Colors and size of a picture.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    /// As in the settings.
    pub(crate) theme: &'static str,
    /// Width and height in points.
    pub(crate) size: (u32, u32),
    /// End of the file's name.
    pub(crate) suffix: &'static str,
}

/// Opens the window that the other process drives.
pub(crate) fn open() -> Result<(), OpenError> {
    let home = Home::find().expect("the other process has said where");
    flowbench::gui::open(Session::start(home))
}

/// A window of another process.
pub(crate) struct Window {
    child: Child,
    home: PathBuf,
    stream: TcpStream,
    /// The pointer stays where it is for the picture.
    is_hovering: bool,
}

impl Window {
    /// Starts the program as if for the first time.
    pub(crate) fn start(look: Look) -> Result<Window, Box<dyn Error>> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let home = env::temp_dir().join(format!("flowbench-pictures-{}", address.port()));
        fs::create_dir_all(&home)?;
        let ((width, height), theme) = (look.size, look.theme);
        let settings = format!("(theme: {theme}, window_size: Some(({width}.0, {height}.0)))");
        fs::write(home.join("settings.ron"), settings)?;
        let child = Command::new(env::current_exe()?)
            .arg(MODE)
            .env(HOME_VARIABLE, &home)
            .env(INSPECTION_ENV_VAR, address.to_string())
            .spawn()?;
        let begun = Instant::now();
        let stream = loop {
            match TcpStream::connect(address) {
                Ok(stream) => break stream,
                Err(error) if begun.elapsed() > PATIENCE => return Err(error.into()),
                Err(_) => sleep(Duration::from_millis(50)),
            }
        };
        read_handshake(&stream)?;
        let mut window = Window { child, home, stream, is_hovering: false };
        window.settle()?;
        Ok(window)
    }

    /// Does one step and waits until the window is quiet.
    pub(crate) fn play(&mut self, step: &Step) -> Result<(), Box<dyn Error>> {
        self.is_hovering = matches!(step, Step::Hover(_));
        match step {
            Step::Click(thing) => self.press_at(thing, 0.5, PointerButton::Primary)?,
            Step::Menu(thing) => self.press_at(thing, 0.5, PointerButton::Secondary)?,
            Step::At(part, thing) => self.press_at(thing, *part, PointerButton::Primary)?,
            Step::Hover(thing) => {
                let at = self.place(thing, 0.5)?;
                self.apply(vec![Event::PointerMoved(at)])?;
                // Tooltips come after a while.
                sleep(Duration::from_secs(1));
            }
            Step::Scroll(points, thing) => {
                let at = self.place(thing, 0.5)?;
                self.apply(vec![Event::PointerMoved(at), wheel(*points)])?;
            }
            Step::Type(text) => self.apply(vec![Event::Text(text.clone())])?,
            Step::Press(modifiers, key) => {
                self.apply(vec![
                    pressed(*key, *modifiers, true),
                    pressed(*key, *modifiers, false),
                ])?;
            }
            Step::Wait(text) => self.wait(text)?,
        }
        self.settle()
    }

    /// What the window shows, as PNG.
    pub(crate) fn picture(&mut self) -> Result<Vec<u8>, Box<dyn Error>> {
        if !self.is_hovering {
            self.apply(vec![Event::PointerGone])?;
        }
        self.settle()?;
        let response = self.ask(&Request::GetScreenshot { pixels_per_point: Some(1.0) })?;
        let Response::Screenshot(png) = response else {
            return Err(format!("expected a picture, found {response:?}").into());
        };
        Ok(png.bytes)
    }

    fn press_at(
        &mut self,
        thing: &Thing,
        part: f32,
        button: PointerButton,
    ) -> Result<(), Box<dyn Error>> {
        let pos = self.place(thing, part)?;
        let click =
            |pressed| Event::PointerButton { pos, button, pressed, modifiers: Modifiers::NONE };
        self.apply(vec![Event::PointerMoved(pos)])?;
        self.apply(vec![click(true)])?;
        self.apply(vec![click(false)])
    }

    /// Where a thing is on the screen, waiting until it is there and scrolling to it.
    fn place(&mut self, thing: &Thing, part: f32) -> Result<Pos2, Box<dyn Error>> {
        let (target_node, _) = self.find(thing)?;
        let (target_tree, data) = (TreeId::ROOT, None);
        let action = Action::ScrollIntoView;
        let request = ActionRequest { action, target_tree, target_node, data };
        self.apply(vec![Event::AccessKitActionRequest(request)])?;
        self.settle()?;
        let (_, rect) = self.find(thing)?;
        let x = rect.x0 as f32 + part * (rect.x1 - rect.x0) as f32;
        Ok(pos2(x, f64::midpoint(rect.y0, rect.y1) as f32))
    }

    fn find(&mut self, thing: &Thing) -> Result<(NodeId, Rect), Box<dyn Error>> {
        let begun = Instant::now();
        loop {
            let nodes = self.nodes()?;
            let is_of_role = |node: &Node| format!("{:?}", node.role()) == thing.role;
            let of_role = || nodes.iter().filter(|(_, node)| is_of_role(node));
            let fitting = of_role().filter(|(_, node)| thing.is_called(name(node, &nodes)));
            if let Some(found) = fitting.filter_map(|(id, it)| Some((*id, it.bounds()?))).next() {
                return Ok(found);
            }
            if begun.elapsed() > PATIENCE {
                let names: Vec<&str> = of_role().map(|(_, node)| name(node, &nodes)).collect();
                return Err(format!("not on the screen; what is: {}", names.join("; ")).into());
            }
        }
    }

    fn wait(&mut self, text: &str) -> Result<(), Box<dyn Error>> {
        let begun = Instant::now();
        let has = |part: Option<&str>| part.is_some_and(|part| part.contains(text));
        while !self.nodes()?.values().any(|node| has(node.label()) || has(node.value())) {
            if begun.elapsed() > PATIENCE {
                return Err("it never comes".into());
            }
        }
        Ok(())
    }

    fn nodes(&mut self) -> Result<Nodes, Box<dyn Error>> {
        let response = self.ask(&Request::GetTree)?;
        let Response::Tree { accesskit, .. } = response else {
            return Err(format!("expected a tree, found {response:?}").into());
        };
        Ok(accesskit.into_iter().flat_map(|tree| tree.nodes).collect())
    }

    fn apply(&mut self, events: Vec<Event>) -> Result<(), Box<dyn Error>> {
        self.ask(&Request::ApplyEvents { events }).map(drop)
    }

    fn settle(&mut self) -> Result<(), Box<dyn Error>> {
        self.ask(&Request::Settle { max_steps: 120 }).map(drop)
    }

    fn ask(&mut self, request: &Request) -> Result<Response, Box<dyn Error>> {
        write_message(&self.stream, request)?;
        let response = read_message(&self.stream)?;
        let Response::Error { message } = response else { return Ok(response) };
        Err(message.into())
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        // Whatever is left is in a temporary folder.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.home);
    }
}

/// The name of a thing: its own, that of its label, or what it says.
fn name<'a>(node: &'a Node, nodes: &'a Nodes) -> &'a str {
    let label = || nodes.get(node.labelled_by().first()?);
    let own = node.label().or_else(|| label()?.value());
    own.or(node.value()).unwrap_or_default()
}

fn wheel(points: f32) -> Event {
    Event::MouseWheel {
        unit: MouseWheelUnit::Point,
        source: MouseWheelSource::Wheel,
        delta: vec2(0.0, points),
        phase: TouchPhase::Move,
        modifiers: Modifiers::NONE,
    }
}

fn pressed(key: Key, modifiers: Modifiers, pressed: bool) -> Event {
    Event::Key { key, physical_key: None, pressed, repeat: false, modifiers }
}
