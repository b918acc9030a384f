//! The real brokers: started once for all cases, on free ports of the loopback interface, with
//! data of their own in a temporary folder, and stopped when the tests end in whatever way.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long a server may take until it answers.
const START: Duration = Duration::from_secs(90);

/// Runs a script beside a server until the tests let go of its standard input, at the latest when
/// their process ends; then ends what the script started and takes away its data.
const KEEPER: &str = r#"
set -m
folder=$(mktemp -d "${TMPDIR:-/tmp}/flowbench-broker.XXXXXX")
export HOME="$folder"
cd "$folder"
jobs=""
keep() { "$@" </dev/null >>"$folder/log" 2>&1 & jobs="$jobs -$!"; }
run "$@"
cat >/dev/null
kill -KILL -- $jobs 2>/dev/null
for _ in 1 2 3 4 5 6 7 8 9 10; do
    kill -0 -- $jobs 2>/dev/null || break
    sleep 0.2
done
rm -rf "$folder"
"#;

/// A kind of server, and how it is started.
pub(crate) struct Kind {
    /// Program and version that the cases are stated for.
    pub(crate) name: &'static str,
    /// A command that answers with the version that is installed, or with nothing.
    pub(crate) version: &'static str,
    /// Defines `run`, which starts it with `keep`. Its port is `$1`; `$2` and `$3` are free too.
    pub(crate) script: &'static str,
    /// Where the one that runs is kept: the tests share it.
    pub(crate) running: fn() -> &'static OnceLock<Option<Running>>,
}

/// A server that answers.
pub(crate) struct Running {
    pub(crate) port: u16,
    /// Its end closes when the tests do.
    _keeper: Child,
}

/// RabbitMQ with an epmd of its own. A cookie, the distribution and the database are its own too.
pub(crate) const RABBIT: Kind = Kind {
    name: "rabbitmq-server 3.10",
    version: "ls -d /usr/lib/rabbitmq/lib/rabbitmq_server-* | sed 's/.*_server-//'",
    script: r#"
        run() {
            export ERL_EPMD_PORT=$2 ERL_EPMD_ADDRESS=127.0.0.1 RABBITMQ_CONF_ENV_FILE=/dev/null
            export RABBITMQ_NODENAME=flowbench$1@localhost RABBITMQ_NODE_PORT=$1
            export RABBITMQ_NODE_IP_ADDRESS=127.0.0.1 RABBITMQ_DIST_PORT=$3
            export RABBITMQ_MNESIA_BASE=$folder/mnesia RABBITMQ_LOG_BASE=$folder
            export RABBITMQ_LOGS=- RABBITMQ_ENABLED_PLUGINS_FILE=$folder/plugins
            export RABBITMQ_CONFIG_FILE=$folder/rabbitmq
            export RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="+sbwt none -kernel inet_dist_use_interface {127,0,0,1}"
            keep epmd -port $2 -address 127.0.0.1
            keep /usr/lib/rabbitmq/bin/rabbitmq-server
        }
    "#,
    running: || {
        static RUNNING: OnceLock<Option<Running>> = OnceLock::new();
        &RUNNING
    },
};

/// NATS with JetStream.
pub(crate) const NATS: Kind = Kind {
    name: "nats-server 2.9",
    version: "nats-server --version | sed 's/.*v//'",
    script: r#"run() { keep nats-server -a 127.0.0.1 -p $1 -js -sd "$folder"; }"#,
    running: || {
        static RUNNING: OnceLock<Option<Running>> = OnceLock::new();
        &RUNNING
    },
};

/// Redis without anything kept on disk.
pub(crate) const REDIS: Kind = Kind {
    name: "redis-server 7.0",
    version: "redis-server --version | sed 's/.*v=//; s/ .*//'",
    script: r#"run() { keep redis-server --port $1 --bind 127.0.0.1 --save '' --dir "$folder"; }"#,
    running: || {
        static RUNNING: OnceLock<Option<Running>> = OnceLock::new();
        &RUNNING
    },
};

/// Mosquitto, for whoever comes.
pub(crate) const MOSQUITTO: Kind = Kind {
    name: "mosquitto 2.0",
    version: "mosquitto -h | sed -n 's/^mosquitto version //p'",
    script: r#"
        run() {
            printf 'listener %s 127.0.0.1\nallow_anonymous true\nuser %s\n' $1 "$(id -un)" >mosquitto.conf
            keep mosquitto -c mosquitto.conf
        }
    "#,
    running: || {
        static RUNNING: OnceLock<Option<Running>> = OnceLock::new();
        &RUNNING
    },
};

/// The server of this kind, started by whoever asks first. Without the package, or with another
/// version than the cases are stated for, there is none.
pub(crate) fn running(kind: &Kind) -> Option<&'static Running> {
    (kind.running)().get_or_init(|| is_installed(kind).then(|| start(kind))).as_ref()
}

fn is_installed(kind: &Kind) -> bool {
    let wanted = kind.name.split(' ').next_back().expect("a name ends with a version");
    let found = Command::new("sh").arg("-c").arg(kind.version).output();
    let found = found.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    found.is_ok_and(|version| version.starts_with(wanted))
}

fn start(kind: &Kind) -> Running {
    let listeners: Vec<TcpListener> = (0..3)
        .map(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free"))
        .collect();
    let ports: Vec<u16> = listeners
        .iter()
        .map(|listener| listener.local_addr().expect("a listener has an address").port())
        .collect();
    drop(listeners);
    let mut command = Command::new("bash");
    on_its_own(&mut command);
    let keeper = command
        .arg("-c")
        .arg(format!("{}{}", kind.script, KEEPER))
        .arg("keeper")
        .args(ports.iter().map(u16::to_string))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("bash runs");
    wait_for(kind, ports[0]);
    Running { port: ports[0], _keeper: keeper }
}

/// An interrupt at the terminal ends the tests, and by that the keeper, which has to clean up yet.
#[cfg(unix)]
fn on_its_own(command: &mut Command) {
    std::os::unix::process::CommandExt::process_group(command, 0);
}

#[cfg(not(unix))]
fn on_its_own(_: &mut Command) {}

fn wait_for(kind: &Kind, port: u16) {
    let begun = Instant::now();
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
        assert!(begun.elapsed() < START, "{} does not answer after {START:?}", kind.name);
        sleep(Duration::from_millis(50));
    }
}
