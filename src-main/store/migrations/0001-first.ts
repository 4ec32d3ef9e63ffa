import { type Kysely, sql } from 'kysely';

/** The first tables. A shipped migration is never edited: a change is a new one. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `CREATE TABLE batch (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    createdBy TEXT,
    createdAtMs INTEGER NOT NULL
  ) STRICT`,
  `CREATE TABLE profile (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    currentVersion INTEGER NOT NULL,
    createdAtMs INTEGER NOT NULL,
    updatedAtMs INTEGER NOT NULL,
    deletedAtMs INTEGER
  ) STRICT`,
  `CREATE TABLE profileVersion (
    profileId TEXT NOT NULL REFERENCES profile (id),
    version INTEGER NOT NULL,
    recipeJson TEXT NOT NULL,
    note TEXT,
    createdBy TEXT,
    createdAtMs INTEGER NOT NULL,
    PRIMARY KEY (profileId, version)
  ) STRICT`,
  `CREATE TABLE profileSnapshot (
    hash TEXT NOT NULL PRIMARY KEY,
    recipeJson TEXT NOT NULL
  ) STRICT`,
  `CREATE TABLE job (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    batchId TEXT REFERENCES batch (id),
    state TEXT NOT NULL,
    priority INTEGER NOT NULL,
    rank REAL NOT NULL,
    input TEXT NOT NULL,
    sourceFingerprint TEXT,
    sourceBytes INTEGER,
    profileId TEXT REFERENCES profile (id),
    profileName TEXT NOT NULL,
    profileVersion INTEGER NOT NULL,
    profileHash TEXT NOT NULL REFERENCES profileSnapshot (hash),
    outputDir TEXT NOT NULL,
    optionsJson TEXT NOT NULL,
    progress REAL NOT NULL,
    fps REAL,
    speed REAL,
    etaSec REAL,
    output TEXT,
    errorCode TEXT,
    errorMessage TEXT,
    findingsJson TEXT NOT NULL,
    owner TEXT,
    deadlineAtMs INTEGER,
    attempt INTEGER NOT NULL,
    notBeforeMs REAL,
    waitJson TEXT,
    mountsJson TEXT NOT NULL,
    pausedFrom TEXT,
    createdBy TEXT,
    createdAtMs INTEGER NOT NULL,
    updatedAtMs INTEGER NOT NULL,
    startedAtMs INTEGER,
    finishedAtMs INTEGER,
    expiresAtMs INTEGER,
    placed INTEGER NOT NULL DEFAULT 0,
    lane TEXT NOT NULL GENERATED ALWAYS AS (placed || mountsJson || coalesce(batchId, createdBy, '')) VIRTUAL
  ) STRICT`,
  `CREATE TABLE jobPlan (
    jobId TEXT NOT NULL PRIMARY KEY REFERENCES job (id) ON DELETE CASCADE,
    planJson TEXT NOT NULL,
    factsJson TEXT NOT NULL,
    choiceJson TEXT NOT NULL,
    passedOverJson TEXT NOT NULL,
    sourceJson TEXT NOT NULL,
    folderKey TEXT NOT NULL,
    spreadJson TEXT
  ) STRICT`,
  `CREATE TABLE upload (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    sizeBytes INTEGER NOT NULL,
    sha256 TEXT,
    createdBy TEXT NOT NULL,
    createdAtMs INTEGER NOT NULL,
    finishedAtMs INTEGER
  ) STRICT`,
  `CREATE TABLE madePackage (
    jobId TEXT NOT NULL PRIMARY KEY REFERENCES job (id) ON DELETE CASCADE,
    finishedAtMs INTEGER NOT NULL,
    mediaSec REAL,
    outputBytes INTEGER
  ) STRICT`,
  `CREATE TABLE task (
    id TEXT NOT NULL PRIMARY KEY,
    jobId TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    type TEXT NOT NULL,
    state TEXT NOT NULL,
    rank REAL NOT NULL,
    priority INTEGER NOT NULL,
    weight REAL NOT NULL,
    resource TEXT NOT NULL,
    plannedJson TEXT NOT NULL,
    nodeId TEXT,
    attempt INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    losses INTEGER NOT NULL,
    leaseUntilMs REAL,
    twinNodeId TEXT,
    twinAttempt INTEGER,
    twinLeaseUntilMs REAL,
    twinStartedAtMs INTEGER,
    notBeforeMs REAL,
    progress REAL NOT NULL,
    fps REAL,
    speed REAL,
    bitrateBps REAL,
    errorCode TEXT,
    errorMessage TEXT,
    stderrTailJson TEXT NOT NULL,
    resultJson TEXT,
    createdAtMs INTEGER NOT NULL,
    readyAtMs INTEGER,
    startedAtMs INTEGER,
    finishedAtMs INTEGER
  ) STRICT`,
  `CREATE TABLE assignment (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    taskId TEXT NOT NULL REFERENCES task (id) ON DELETE CASCADE,
    nodeId TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    claimedAtMs INTEGER NOT NULL,
    endedAtMs INTEGER,
    outcome TEXT,
    errorCode TEXT,
    errorMessage TEXT
  ) STRICT`,
  `CREATE TABLE jobEvent (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    jobId TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
    taskKey TEXT,
    kind TEXT NOT NULL,
    fromState TEXT,
    toState TEXT,
    nodeId TEXT,
    message TEXT,
    atMs INTEGER NOT NULL
  ) STRICT`,
  `CREATE TABLE node (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    isLocal INTEGER NOT NULL,
    version TEXT NOT NULL,
    protocol INTEGER NOT NULL,
    offerJson TEXT NOT NULL,
    keyHash TEXT,
    givenName TEXT,
    limitsJson TEXT NOT NULL DEFAULT '{}',
    tagsJson TEXT NOT NULL DEFAULT '[]',
    pathMapsJson TEXT NOT NULL DEFAULT '[]',
    linkBps REAL,
    draining INTEGER NOT NULL,
    failuresInRow INTEGER NOT NULL,
    breakerUntilMs INTEGER,
    createdAtMs INTEGER NOT NULL,
    pairedAtMs INTEGER,
    revokedAtMs INTEGER,
    connectedAtMs INTEGER,
    disconnectedAtMs INTEGER,
    lastSeenAtMs INTEGER NOT NULL
  ) STRICT`,
  `CREATE TABLE nodeSpeed (
    nodeId TEXT NOT NULL REFERENCES node (id) ON DELETE CASCADE,
    work TEXT NOT NULL,
    weightPerSec REAL NOT NULL,
    samples INTEGER NOT NULL,
    updatedAtMs INTEGER NOT NULL,
    PRIMARY KEY (nodeId, work)
  ) STRICT`,
  `CREATE TABLE invite (
    id TEXT NOT NULL PRIMARY KEY,
    secretHash TEXT NOT NULL,
    createdBy TEXT,
    createdAtMs INTEGER NOT NULL,
    expiresAtMs INTEGER NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    usedAtMs INTEGER,
    nodeId TEXT
  ) STRICT`,
  `CREATE TABLE user (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL COLLATE NOCASE,
    role TEXT NOT NULL,
    passwordHash TEXT NOT NULL,
    createdAtMs INTEGER NOT NULL,
    updatedAtMs INTEGER NOT NULL,
    disabledAtMs INTEGER
  ) STRICT`,
  `CREATE TABLE session (
    idHash TEXT NOT NULL PRIMARY KEY,
    userId TEXT NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    createdAtMs INTEGER NOT NULL,
    lastUsedAtMs INTEGER NOT NULL,
    expiresAtMs INTEGER NOT NULL,
    userAgent TEXT
  ) STRICT`,
  `CREATE TABLE apiToken (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    userId TEXT REFERENCES user (id) ON DELETE CASCADE,
    madeWith TEXT REFERENCES apiToken (id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    hash TEXT NOT NULL,
    hint TEXT NOT NULL,
    createdAtMs INTEGER NOT NULL,
    lastUsedAtMs INTEGER,
    expiresAtMs INTEGER,
    revokedAtMs INTEGER
  ) STRICT`,
  `CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    atMs INTEGER NOT NULL,
    actorKind TEXT NOT NULL,
    actorId TEXT,
    actorName TEXT NOT NULL,
    action TEXT NOT NULL,
    resourceType TEXT NOT NULL,
    resourceId TEXT,
    result TEXT NOT NULL,
    requestId TEXT,
    address TEXT,
    detailsJson TEXT NOT NULL
  ) STRICT`,
  `CREATE TABLE errorEvent (
    id TEXT NOT NULL PRIMARY KEY,
    sourceComponent TEXT NOT NULL,
    severity TEXT NOT NULL,
    message TEXT NOT NULL,
    stackTrace TEXT,
    contextJson TEXT NOT NULL,
    occurrences INTEGER NOT NULL,
    createdAtMs INTEGER NOT NULL,
    lastAtMs INTEGER NOT NULL,
    resolved INTEGER NOT NULL
  ) STRICT`,
  `CREATE TABLE webhook (
    id TEXT NOT NULL PRIMARY KEY,
    url TEXT NOT NULL,
    eventsJson TEXT NOT NULL,
    secretSealed TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    disabledBecause TEXT,
    description TEXT NOT NULL,
    createdBy TEXT,
    createdAtMs INTEGER NOT NULL,
    updatedAtMs INTEGER NOT NULL
  ) STRICT`,
  `CREATE TABLE webhookDelivery (
    id TEXT NOT NULL PRIMARY KEY,
    webhookId TEXT NOT NULL REFERENCES webhook (id) ON DELETE CASCADE,
    eventId TEXT NOT NULL,
    eventType TEXT NOT NULL,
    payloadJson TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    nextAtMs INTEGER,
    lastAtMs INTEGER,
    lastDurationMs INTEGER,
    lastStatus INTEGER,
    lastError TEXT,
    lastAnswer TEXT,
    againOf TEXT,
    createdAtMs INTEGER NOT NULL,
    finishedAtMs INTEGER
  ) STRICT`,
  `CREATE TABLE cursor (
    name TEXT NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL
  ) STRICT`,
  `CREATE TABLE idempotency (
    actor TEXT NOT NULL,
    key TEXT NOT NULL,
    requestHash TEXT NOT NULL,
    status INTEGER,
    responseJson TEXT,
    createdAtMs INTEGER NOT NULL,
    PRIMARY KEY (actor, key)
  ) STRICT`,
  `CREATE TABLE watchFolder (
    id TEXT NOT NULL PRIMARY KEY,
    path TEXT NOT NULL,
    name TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    profileId TEXT REFERENCES profile (id),
    profileName TEXT NOT NULL,
    outputDir TEXT NOT NULL,
    afterwards TEXT NOT NULL,
    moveDir TEXT,
    moveMount TEXT,
    rulesJson TEXT NOT NULL,
    rootState TEXT NOT NULL,
    rootNote TEXT,
    rootDevice TEXT,
    watchNote TEXT,
    scanWanted INTEGER NOT NULL,
    scanCursor TEXT,
    scanFiles INTEGER NOT NULL,
    scanStartedAtMs INTEGER,
    scanFinishedAtMs INTEGER,
    createdBy TEXT,
    createdAtMs INTEGER NOT NULL,
    updatedAtMs INTEGER NOT NULL
  ) STRICT`,
  `CREATE TABLE knownFile (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    watchFolderId TEXT NOT NULL REFERENCES watchFolder (id) ON DELETE CASCADE,
    path TEXT NOT NULL,
    sizeBytes INTEGER NOT NULL,
    modifiedMs REAL NOT NULL,
    fingerprint TEXT,
    state TEXT NOT NULL,
    jobId TEXT,
    isCopy INTEGER NOT NULL,
    note TEXT,
    seenAtMs INTEGER NOT NULL,
    stableSinceMs INTEGER
  ) STRICT`,
  `CREATE TABLE original (
    id TEXT NOT NULL PRIMARY KEY,
    jobId TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
    policy TEXT NOT NULL,
    sourcePath TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    outputPath TEXT NOT NULL,
    heldPath TEXT,
    state TEXT NOT NULL,
    error TEXT,
    keptUntilMs INTEGER,
    createdAtMs INTEGER NOT NULL,
    updatedAtMs INTEGER NOT NULL
  ) STRICT`,
  // One active job per source and profile, whoever adds it.
  `CREATE UNIQUE INDEX job_active_source ON job (sourceFingerprint, profileHash)
   WHERE state NOT IN ('completed', 'failed', 'cancelled')`,
  // The next of a state; lists by state, in each order; a search reads no more than the paths.
  `CREATE INDEX job_state_rank ON job (state, rank, id)`,
  `CREATE INDEX job_lane ON job (lane, rank, id) WHERE state = 'queued'`,
  `CREATE INDEX job_created ON job (createdAtMs, id, input)`,
  `CREATE INDEX job_state_created ON job (state, createdAtMs, id, input)`,
  `CREATE INDEX job_updated ON job (updatedAtMs, id, input)`,
  `CREATE INDEX job_state_updated ON job (state, updatedAtMs, id)`,
  `CREATE INDEX job_profile ON job (profileName, createdAtMs, id)`,
  `CREATE INDEX job_batch ON job (batchId, createdAtMs, id)`,
  `CREATE INDEX upload_time ON upload (createdAtMs, id)`,
  `CREATE INDEX upload_owner ON upload (createdBy, createdAtMs, id)`,
  `CREATE INDEX upload_open ON upload (createdAtMs) WHERE finishedAtMs IS NULL`,
  // Statistics read nothing but these.
  `CREATE INDEX job_finished ON job (finishedAtMs, state, startedAtMs) WHERE finishedAtMs IS NOT NULL`,
  `CREATE INDEX madePackage_time ON madePackage (finishedAtMs, mediaSec, outputBytes)`,
  `CREATE INDEX job_fingerprint ON job (sourceFingerprint)`,
  // Expired leases and queued jobs past their time.
  `CREATE INDEX job_deadline ON job (deadlineAtMs) WHERE deadlineAtMs IS NOT NULL`,
  `CREATE INDEX job_expires ON job (state, expiresAtMs) WHERE expiresAtMs IS NOT NULL`,
  `CREATE UNIQUE INDEX task_job_key ON task (jobId, key)`,
  // What to lease next, in its order.
  `CREATE INDEX task_next ON task (state, rank, priority DESC, weight DESC)`,
  `CREATE INDEX task_rank ON task (rank, id)`,
  `CREATE INDEX task_lease ON task (leaseUntilMs) WHERE state = 'leased'`,
  `CREATE INDEX task_backoff ON task (notBeforeMs) WHERE state = 'waiting'`,
  `CREATE INDEX task_node ON task (nodeId) WHERE state = 'leased'`,
  `CREATE INDEX task_twin ON task (twinNodeId) WHERE twinNodeId IS NOT NULL`,
  `CREATE UNIQUE INDEX node_key ON node (keyHash) WHERE keyHash IS NOT NULL`,
  `CREATE INDEX assignment_task ON assignment (taskId)`,
  `CREATE INDEX assignment_node ON assignment (nodeId, claimedAtMs)`,
  `CREATE INDEX jobEvent_job ON jobEvent (jobId, id)`,
  `CREATE UNIQUE INDEX profile_name ON profile (name) WHERE deletedAtMs IS NULL`,
  `CREATE UNIQUE INDEX user_name ON user (name)`,
  `CREATE INDEX session_user ON session (userId)`,
  `CREATE INDEX session_expires ON session (expiresAtMs)`,
  `CREATE UNIQUE INDEX apiToken_hash ON apiToken (hash)`,
  `CREATE INDEX apiToken_user ON apiToken (userId)`,
  `CREATE INDEX apiToken_madeWith ON apiToken (madeWith) WHERE madeWith IS NOT NULL`,
  `CREATE INDEX audit_time ON audit (atMs, id)`,
  `CREATE INDEX errorEvent_time ON errorEvent (lastAtMs, id)`,
  // The next one of each webhook; its log; what is old.
  `CREATE INDEX webhookDelivery_next ON webhookDelivery (webhookId, nextAtMs) WHERE state = 'pending'`,
  `CREATE INDEX webhookDelivery_webhook ON webhookDelivery (webhookId, createdAtMs, id)`,
  `CREATE INDEX webhookDelivery_finished ON webhookDelivery (finishedAtMs) WHERE finishedAtMs IS NOT NULL`,
  `CREATE INDEX idempotency_time ON idempotency (createdAtMs)`,
  `CREATE UNIQUE INDEX watchFolder_path ON watchFolder (path)`,
  `CREATE UNIQUE INDEX knownFile_path ON knownFile (watchFolderId, path)`,
  `CREATE INDEX knownFile_state ON knownFile (watchFolderId, state, path)`,
  `CREATE INDEX knownFile_growing ON knownFile (watchFolderId, stableSinceMs) WHERE state = 'growing'`,
  `CREATE INDEX knownFile_fingerprint ON knownFile (fingerprint) WHERE fingerprint IS NOT NULL`,
  // A part of a path among a million of them, by its groups of three letters; see path-search.ts.
  `CREATE VIRTUAL TABLE knownFileSearch USING fts5 (
    path, content = 'knownFile', content_rowid = 'id', tokenize = 'trigram', detail = 'none'
  )`,
  `CREATE TRIGGER knownFile_added AFTER INSERT ON knownFile BEGIN
    INSERT INTO knownFileSearch (rowid, path) VALUES (new.id, new.path);
  END`,
  `CREATE TRIGGER knownFile_renamed AFTER UPDATE OF path ON knownFile BEGIN
    INSERT INTO knownFileSearch (knownFileSearch, rowid, path) VALUES ('delete', old.id, old.path);
    INSERT INTO knownFileSearch (rowid, path) VALUES (new.id, new.path);
  END`,
  `CREATE TRIGGER knownFile_dropped AFTER DELETE ON knownFile BEGIN
    INSERT INTO knownFileSearch (knownFileSearch, rowid, path) VALUES ('delete', old.id, old.path);
  END`,
  `CREATE VIRTUAL TABLE jobSearch USING fts5 (
    input, content = 'job', content_rowid = 'number', tokenize = 'trigram', detail = 'none'
  )`,
  `CREATE TRIGGER job_added AFTER INSERT ON job BEGIN
    INSERT INTO jobSearch (rowid, input) VALUES (new.number, new.input);
  END`,
  `CREATE TRIGGER job_renamed AFTER UPDATE OF input ON job BEGIN
    INSERT INTO jobSearch (jobSearch, rowid, input) VALUES ('delete', old.number, old.input);
    INSERT INTO jobSearch (rowid, input) VALUES (new.number, new.input);
  END`,
  `CREATE TRIGGER job_dropped AFTER DELETE ON job BEGIN
    INSERT INTO jobSearch (jobSearch, rowid, input) VALUES ('delete', old.number, old.input);
  END`,
  `CREATE INDEX knownFile_job ON knownFile (jobId) WHERE jobId IS NOT NULL`,
  `CREATE INDEX original_job ON original (jobId)`,
  `CREATE INDEX original_state ON original (state, keptUntilMs)`,
];
