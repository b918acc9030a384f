//! How fast recorded files are published again, reading included, and that the memory for it does
//! not grow with the file. Prints a line for each format and length; each is measured in a process
//! of its own, so that its peak of memory is its own.
//!
//! `cargo bench -p flowbench-simulator --bench replay`, or one of them with
//! `-- CloudEvents 1000000`.
#![expect(clippy::print_stdout, reason = "a bench program prints its figures")]
#![expect(clippy::disallowed_types, reason = "a bench program has a clock and files")]
#![expect(clippy::disallowed_methods, reason = "a bench program has a clock and files")]

use std::fs::File;
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use flowbench_model::formats::native;
use flowbench_model::schema::Schemas;
use flowbench_simulator::plan::{Plan, Surroundings};
use flowbench_simulator::recorded::{Content, Digest, Source, WINDOW};
use flowbench_simulator::recorder::{Keep, Recorder};
use flowbench_simulator::run::Run;

/// The formats by name, as a design says them.
const FORMATS: [(&str, &str); 4] = [
    ("CloudEvents", "format: CloudEvents, fields: (key: \"/subject\")"),
    ("CloudEventsBatch", "format: CloudEventsBatch, fields: (key: \"/subject\")"),
    (
        "JsonLines",
        "format: JsonLines, fields: (time: \"/at\", key: \"/order\", payload: \"/body\")",
    ),
    ("Csv", "format: Csv(Comma), fields: (time: \"at\", key: \"order\")"),
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    match &arguments[..] {
        [format, count] => measure(format, count.parse().expect("a number of events")),
        _ => {
            let program = std::env::current_exe().expect("the program has a path");
            for (format, _) in FORMATS {
                for count in ["100000", "1000000"] {
                    let status = Command::new(&program).args([format, count]).status();
                    assert!(status.is_ok_and(|status| status.success()), "{format} {count}");
                }
            }
        }
    }
}

fn measure(format: &str, count: u64) {
    let path = std::env::temp_dir().join(format!("replay-{}-{format}", std::process::id()));
    write(&path, format, count).expect("the file can be written");
    let about = FORMATS.iter().find(|(name, _)| *name == format).expect("a format").1;
    let text = format!(
        "(format: 1, info: (name: \"replay\"), messages: [(name: \"Order\")], nodes: [(name: \
         \"shop\", role: Producer((workload: [(message: \"Order\", arrivals: Recorded((file: \
         \"events\", {about})))]))), (name: \"queue\", role: Channel(())), (name: \"desk\", role: \
         Consumer((concurrency: 8, handlers: [(service_time: Constant(\"1ms\"))])))], edges: [(kind: \
         Publish, from: \"shop\", to: \"queue\"), (kind: Subscribe, from: \"queue\", to: \
         \"desk\")], scenarios: [(name: \"all\", duration: \"24h\")])"
    );
    let design = native::read(&text).expect("the design is valid").design;
    let open = |_: &str| -> Result<Arc<dyn Source>, String> {
        Ok(Arc::new(OnDisk::open(&path).map_err(|error| error.to_string())?))
    };
    let begun = Instant::now();
    let surroundings = Surroundings { schemas: &Schemas::new(), open: &open };
    let plan = Plan::compile_with(&design, &design.scenarios[0], 1, &surroundings);
    let plan = plan.expect("it can run");
    let opened = begun.elapsed();
    let mut recorder = Recorder::new(&plan, Keep::Statistics);
    let (begun, end) = (Instant::now(), plan.end);
    let mut run = Run::new(plan);
    run.advance_to(end, &mut recorder);
    let passed = begun.elapsed();
    assert_eq!(run.totals().acknowledged, count, "{:?}", run.halt());
    let bytes = std::fs::metadata(&path).map_or(0, |metadata| metadata.len());
    println!(
        "{format:<16} {count:>8} events  {:>9.0} /s  {:>5.0} MB/s  read for its content in \
         {opened:.1?}, together {:>9.0} /s  peak {:.1} MiB, file {} MiB, record {}",
        count as f64 / passed.as_secs_f64(),
        bytes as f64 / passed.as_secs_f64() / 1e6,
        count as f64 / (passed + opened).as_secs_f64(),
        peak_kib() as f64 / 1024.0,
        bytes >> 20,
        recorder.hash(),
    );
    let _ = std::fs::remove_file(&path);
}

/// A file of events, one each 10 ms of a day in March.
fn write(path: &Path, format: &str, count: u64) -> std::io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    let (begin, between, end) = match format {
        "CloudEventsBatch" => ("[\n", ",\n", "\n]\n"),
        "Csv" => ("at,order,total,currency,note\n", "\n", "\n"),
        _ => ("", "\n", "\n"),
    };
    file.write_all(begin.as_bytes())?;
    for n in 0..count {
        if n > 0 {
            file.write_all(between.as_bytes())?;
        }
        let (ms, key, total) = (n * 10, n * 7919 % 5000, n % 900);
        let at = format!(
            "2026-03-{:02}T{:02}:{:02}:{:02}.{:03}Z",
            1 + ms / 86_400_000,
            ms / 3_600_000 % 24,
            ms / 60_000 % 60,
            ms / 1000 % 60,
            ms % 1000
        );
        let body = format!(
            "{{\"orderId\":\"o-{key}\",\"total\":{total}.50,\"currency\":\"EUR\",\"lines\":[{{\"sku\":\"a-{total}\",\"count\":2}}]}}"
        );
        match format {
            "Csv" => write!(file, "{at},o-{key},{total}.50,EUR,\"two, please\"")?,
            "JsonLines" => {
                write!(file, "{{\"at\":\"{at}\",\"order\":\"o-{key}\",\"body\":{body}}}")?
            }
            _ => write!(
                file,
                "{{\"specversion\":\"1.0\",\"id\":\"{n}\",\"source\":\"/shop\",\"type\":\"Order\",\"time\":\"{at}\",\
                 \"subject\":\"o-{key}\",\"datacontenttype\":\"application/json\",\"data\":{body}}}"
            )?,
        }
    }
    file.write_all(end.as_bytes())?;
    file.flush()
}

/// A file that is read piece by piece.
#[derive(Debug)]
struct OnDisk {
    path: PathBuf,
    content: Content,
}

impl OnDisk {
    fn open(path: &Path) -> std::io::Result<OnDisk> {
        let mut file = File::open(path)?;
        let (mut digest, mut window) = (Digest::default(), vec![0; WINDOW]);
        loop {
            match file.read(&mut window)? {
                0 => return Ok(OnDisk { path: path.to_owned(), content: digest.end() }),
                read => digest.take(&window[..read]),
            }
        }
    }
}

impl Source for OnDisk {
    fn read(&self, offset: u64, limit: usize) -> Result<Vec<u8>, String> {
        let read = || -> std::io::Result<Vec<u8>> {
            let mut file = File::open(&self.path)?;
            file.seek(SeekFrom::Start(offset))?;
            let mut bytes = Vec::with_capacity(limit);
            file.take(limit as u64).read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        read().map_err(|error| error.to_string())
    }

    fn content(&self) -> Content {
        self.content
    }
}

/// The most memory this process ever had, from the operating system.
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
