//! The parts of documents, a line for each: its name and fields, each with what it has to be. `*`
//! is required, `+` may say more than this, `!` is left out as a whole if it lacks something.

/// Parts of both versions.
pub(super) const BOTH: &str = "
contact: name text; url uri; email email
license!: name* text; url uri
tag!: name* text; description text; externalDocs docs
docs!: url* uri; description text
variable: enum list text; default text; description text; examples list text
correlation!: location* location; description text
example: headers object; payload any; name text; summary text
schema+: type some array|boolean|integer|null|number|object|string; title text; description \
    text; format text; pattern text; properties map schema; patternProperties map schema; \
    definitions map schema; items some schema; additionalItems schema; additionalProperties \
    schema; propertyNames schema; contains schema; allOf list schema; anyOf list schema; oneOf \
    list schema; not schema; if schema; then schema; else schema; required list text; enum list \
    any; minimum number; maximum number; multipleOf number; minLength whole; maxLength whole; \
    minItems whole; maxItems whole; minProperties whole; maxProperties whole; uniqueItems flag; \
    readOnly flag; writeOnly flag; deprecated flag; examples list any; externalDocs docs
bindings+: kafka object; amqp object; amqp1 object; mqtt object; mqtt5 object; nats object; \
    jms object; sns object; sqs object; stomp object; redis object; mercure object; ibmmq \
    object; solace object; googlepubsub object; pulsar object; anypointmq object; http object; \
    ws object; ros2 object
";

/// Parts of version 2.
pub(super) const OLD: &str = "
document: asyncapi* any; id uri; info* info; servers map server; defaultContentType text; \
    channels* map channel; components components; tags list tag; externalDocs docs
info: title* text; version* text; description text; termsOfService uri; contact contact; \
    license license
server: url* text; protocol* text; protocolVersion text; description text; variables map \
    variable; security list map list text; tags list tag; bindings serverBindings
channel: $ref text; description text; servers list text; publish operation; subscribe \
    operation; parameters map parameter; deprecated flag; bindings channelBindings
parameter: description text; schema schema; location location
operation: operationId text; summary text; description text; security list map list text; \
    tags list tag; externalDocs docs; bindings operationBindings; traits list operationTrait; \
    message message
operationTrait: operationId text; summary text; description text; security list map list \
    text; tags list tag; externalDocs docs; bindings operationBindings
choice: oneOf* list message
message: messageId text; headers schema; payload payload; correlationId correlation; \
    schemaFormat text; contentType text; name text; title text; summary text; description text; \
    tags list tag; externalDocs docs; deprecated flag; examples list example; bindings \
    messageBindings; traits list messageTrait
messageTrait: messageId text; headers schema; correlationId correlation; schemaFormat text; \
    contentType text; name text; title text; summary text; description text; tags list tag; \
    externalDocs docs; deprecated flag; examples list example; bindings messageBindings
components: schemas map schema; servers map server; serverVariables map variable; channels \
    map channel; messages map message; securitySchemes map scheme; parameters map parameter; \
    correlationIds map correlation; operationTraits map operationTrait; messageTraits map \
    messageTrait; serverBindings map serverBindings; channelBindings map channelBindings; \
    operationBindings map operationBindings; messageBindings map messageBindings
scheme!: type* schemeType; description text
userKey!: type* text; in* user|password; description text
httpKey!: type* text; name* text; in* query|header|cookie; description text
httpScheme!: type* text; scheme* text; bearerFormat text; description text
oauth!: type* text; flows* flows; scopes list text; description text
openId!: type* text; openIdConnectUrl* uri; scopes list text; description text
flows: implicit implicit; password tokenFlow; clientCredentials tokenFlow; authorizationCode \
    codeFlow
implicit!: authorizationUrl* uri; refreshUrl uri; scopes* map text
tokenFlow!: tokenUrl* uri; refreshUrl uri; scopes* map text
codeFlow!: authorizationUrl* uri; tokenUrl* uri; refreshUrl uri; scopes* map text
";

/// Parts of version 3.
pub(super) const NEW: &str = "
document: asyncapi* any; id uri; info* info; servers map server; defaultContentType text; \
    channels map channel; operations map operation; components components
info: title* text; version* text; description text; termsOfService uri; contact contact; \
    license license; tags list tag; externalDocs docs
server: host* text; protocol* text; protocolVersion text; pathname text; description text; \
    title text; summary text; variables map variable; security list scheme; tags list tag; \
    externalDocs docs; bindings serverBindings
channel: address text; messages map message; title text; summary text; description text; \
    servers list pointer; parameters map parameter; tags list tag; externalDocs docs; bindings \
    channelBindings
parameter: enum list text; default text; description text; examples list text; location location
operation: action* send|receive; channel* pointer; title text; summary text; description \
    text; security list scheme; tags list tag; externalDocs docs; bindings operationBindings; \
    traits list operationTrait; messages list pointer; reply reply
reply: address replyAddress; channel pointer; messages list pointer
replyAddress!: location* location; description text
operationTrait: title text; summary text; description text; security list scheme; tags list \
    tag; externalDocs docs; bindings operationBindings
message: headers payload; payload payload; correlationId correlation; contentType text; name \
    text; title text; summary text; description text; tags list tag; externalDocs docs; \
    deprecated flag; examples list example; bindings messageBindings; traits list messageTrait
messageTrait: headers payload; correlationId correlation; contentType text; name text; title \
    text; summary text; description text; tags list tag; externalDocs docs; deprecated flag; \
    examples list example; bindings messageBindings
multi: schemaFormat text; schema* schema
components: schemas map payload; servers map server; serverVariables map variable; channels \
    map channel; operations map operation; messages map message; securitySchemes map scheme; \
    parameters map parameter; correlationIds map correlation; replies map reply; replyAddresses \
    map replyAddress; externalDocs map docs; tags map tag; operationTraits map operationTrait; \
    messageTraits map messageTrait; serverBindings map serverBindings; channelBindings map \
    channelBindings; operationBindings map operationBindings; messageBindings map \
    messageBindings
scheme!: type* schemeType; description text
userKey!: type* text; in* user|password; description text
httpKey!: type* text; name* text; in* query|header|cookie; description text
httpScheme!: type* text; scheme* text; bearerFormat text; description text
oauth!: type* text; flows* flows; scopes list text; description text
openId!: type* text; openIdConnectUrl* uri; scopes list text; description text
flows: implicit implicit; password tokenFlow; clientCredentials tokenFlow; authorizationCode \
    codeFlow
implicit!: authorizationUrl* uri; refreshUrl uri; availableScopes* map text
tokenFlow!: tokenUrl* uri; refreshUrl uri; availableScopes* map text
codeFlow!: authorizationUrl* uri; tokenUrl* uri; refreshUrl uri; availableScopes* map text
pointer!: $ref* text
";

/// Bindings of protocols, by who has them.
pub(super) const BINDINGS: &str = "
serverBindings+: kafka kafkaServer; mqtt mqttServer; jms object; ibmmq object; solace \
    object; pulsar object; http object; ws object; amqp object; nats object; sns object; sqs \
    object
channelBindings+: kafka kafkaChannel; amqp amqpChannel; ws wsChannel; sqs object; sns \
    object; googlepubsub object; pulsar pulsarChannel; jms object; ibmmq ibmChannel; anypointmq \
    object; http object; mqtt object; nats object; solace object
operationBindings+: kafka kafkaOperation; amqp amqpOperation; mqtt mqttOperation; http \
    httpOperation; nats natsOperation; solace solaceOperation; sns object; sqs object; ws \
    object; jms object; ibmmq object; googlepubsub object; anypointmq object
messageBindings+: kafka kafkaMessage; amqp amqpMessage; mqtt object; http httpMessage; \
    googlepubsub object; ibmmq ibmMessage; jms object; anypointmq object; ws object; nats \
    object; solace object; sns object; sqs object
kafkaServer+: schemaRegistryUrl text; schemaRegistryVendor text; bindingVersion text
kafkaChannel+: topic text; partitions whole; replicas whole; topicConfiguration object; \
    bindingVersion text
kafkaOperation+: groupId schema; clientId schema; bindingVersion text
kafkaMessage+: schemaIdLocation header|payload; schemaIdPayloadEncoding text; \
    schemaLookupStrategy text; bindingVersion text
amqpChannel+: is queue|routingKey; exchange amqpExchange; queue amqpQueue; bindingVersion text
amqpExchange+: name text; type topic|direct|fanout|default|headers; durable flag; autoDelete \
    flag; vhost text
amqpQueue+: name text; durable flag; exclusive flag; autoDelete flag; vhost text
amqpOperation+: expiration whole; userId text; cc list text; priority whole; mandatory flag; \
    bcc list text; replyTo text; timestamp flag; ack flag; bindingVersion text
amqpMessage+: contentEncoding text; messageType text; bindingVersion text
mqttServer+: clientId text; cleanSession flag; lastWill lastWill; bindingVersion text
lastWill+: topic text; message text; retain flag
mqttOperation+: qos whole; retain flag; bindingVersion text
httpOperation+: type request|response; method \
    GET|PUT|POST|PATCH|DELETE|HEAD|OPTIONS|CONNECT|TRACE; query schema; bindingVersion text
httpMessage+: headers schema; statusCode number; bindingVersion text
wsChannel+: method GET|POST; query schema; headers schema; bindingVersion text
natsOperation+: queue text; bindingVersion text
pulsarChannel+: namespace text; persistence persistent|non-persistent; compaction whole; \
    geo-replication list text; retention object; ttl whole; deduplication flag; bindingVersion \
    text
solaceOperation+: destinations list object; timeToLive any; priority any; dmqEligible flag; \
    bindingVersion text
ibmChannel+: destinationType topic|queue; queue object; topic object; maxMsgLength whole; \
    bindingVersion text
ibmMessage+: type string|jms|binary; headers text; description text; expiry whole; \
    bindingVersion text
";

/// Types of security schemes.
pub(super) const SCHEMES: [&str; 13] = [
    "userPassword",
    "apiKey",
    "X509",
    "symmetricEncryption",
    "asymmetricEncryption",
    "httpApiKey",
    "http",
    "oauth2",
    "openIdConnect",
    "plain",
    "scramSha256",
    "scramSha512",
    "gssapi",
];
