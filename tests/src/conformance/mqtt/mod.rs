//! The cases of sessions and subscriptions over MQTT, and what they say to Mosquitto.

mod client;
mod driver;
mod quality;
mod sessions;

const QOS_0: &str = "mqtt.qos0";
const QOS_1: &str = "mqtt.qos1";
const QOS_2: &str = "mqtt.qos2";
