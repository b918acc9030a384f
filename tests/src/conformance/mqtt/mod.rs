//! The cases of sessions and subscriptions over MQTT, and what they say to Mosquitto.
