CREATE TABLE dead_letters (
	id UUID NOT NULL, 
	consumer TEXT NOT NULL, 
	source TEXT NOT NULL, 
	epoch INTEGER NOT NULL, 
	topic TEXT NOT NULL, 
	partition INTEGER NOT NULL, 
	position BIGINT NOT NULL, 
	subject TEXT, 
	kind TEXT NOT NULL, 
	value BYTEA NOT NULL, 
	error TEXT NOT NULL, 
	attempts INTEGER NOT NULL, 
	failed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_dead_letters PRIMARY KEY (id)
);
CREATE INDEX ix_dead_letters_consumer_subject_position ON dead_letters (consumer, subject, position);
CREATE TABLE events (
	position BIGINT NOT NULL, 
	event_id UUID NOT NULL, 
	originator_id UUID NOT NULL, 
	originator_version INTEGER NOT NULL, 
	topic TEXT NOT NULL, 
	state TEXT NOT NULL, 
	metadata TEXT NOT NULL, 
	effective_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	epoch INTEGER NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT pk_events PRIMARY KEY (position), 
	CONSTRAINT uq_events_originator_id_originator_version UNIQUE (originator_id, originator_version)
);
CREATE TABLE freshness (
	consumer TEXT NOT NULL, 
	source TEXT NOT NULL, 
	oldest_unapplied_at TIMESTAMP WITH TIME ZONE, 
	checked_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_freshness PRIMARY KEY (consumer, source)
);
CREATE TABLE idempotency (
	key TEXT NOT NULL, 
	fingerprint TEXT NOT NULL, 
	status SMALLINT NOT NULL, 
	headers JSONB NOT NULL, 
	body BYTEA NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_idempotency PRIMARY KEY (key)
);
CREATE INDEX ix_idempotency_created_at ON idempotency (created_at);
CREATE TABLE relay (
	id SMALLINT NOT NULL, 
	position BIGINT NOT NULL, 
	CONSTRAINT pk_relay PRIMARY KEY (id)
);
CREATE TABLE store (
	id SMALLINT NOT NULL, 
	epoch INTEGER NOT NULL, 
	CONSTRAINT pk_store PRIMARY KEY (id)
);
CREATE TABLE tracking (
	consumer TEXT NOT NULL, 
	source TEXT NOT NULL, 
	epoch INTEGER NOT NULL, 
	topic TEXT NOT NULL, 
	partition INTEGER NOT NULL, 
	position BIGINT NOT NULL, 
	dead_letters INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_tracking PRIMARY KEY (consumer, source, epoch, topic, partition)
);
INSERT INTO store (id, epoch) VALUES (1, 1);
INSERT INTO relay (id, position) VALUES (1, 0);
