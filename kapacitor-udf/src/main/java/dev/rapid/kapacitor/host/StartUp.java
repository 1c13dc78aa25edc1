package dev.rapid.kapacitor.host;

import com.google.protobuf.ByteString;
import dev.rapid.core.sandbox.SandboxEvent;
import dev.rapid.core.time.Alarm;
import dev.rapid.core.time.NanoClock;
import dev.rapid.core.time.Timers;
import dev.rapid.core.worker.InitFailureCall;
import dev.rapid.core.worker.Refusal;
import dev.rapid.core.worker.RestoreFailureCall;
import dev.rapid.core.worker.RestoreSlot;
import dev.rapid.kapacitor.KapacitorSettings;
import dev.rapid.kapacitor.SavedState;
import dev.rapid.kapacitor.SessionSetup;
import dev.rapid.kapacitor.UdfSchema;
import dev.rapid.kapacitor.json.DeclaredOptions;
import dev.rapid.kapacitor.json.InvalidOptionsException;
import dev.rapid.kapacitor.protocol.EdgeType;
import dev.rapid.kapacitor.protocol.InfoRequest;
import dev.rapid.kapacitor.protocol.InfoResponse;
import dev.rapid.kapacitor.protocol.InitRequest;
import dev.rapid.kapacitor.protocol.InitResponse;
import dev.rapid.kapacitor.protocol.Option;
import dev.rapid.kapacitor.protocol.Request;
import dev.rapid.kapacitor.protocol.RestoreRequest;
import dev.rapid.kapacitor.protocol.RestoreResponse;
import dev.rapid.kapacitor.protocol.SnapshotRequest;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * From the start of an agent to its room for the first invocation (contract kapacitor-udf, sections
 * 8.1 and 8.3):
 *
 * <pre>
 * STARTING -> INFO -> INIT -> DONE
 *                          -> RESTORE -> DONE
 *                          -> SNAPSHOT -> RESTORABLE -> RESTORE -> DONE
 * </pre>
 *
 * <p>An answer that does not fit the stage is dropped. Runs in the mailbox of the session.
 */
final class StartUp {

  private final Session session;
  private final SessionSetup setup;
  private final KapacitorSettings settings;
  private final NanoClock clock;
  private final Alarm alarm;

  private Stage stage = Stage.STARTING;
  private boolean restoring;
  private SavedState.Key stateKey;
  private ByteString snapshot = ByteString.EMPTY;

  /** What is waited for. */
  private enum Stage {
    STARTING("to start", UdfError.Type.START_FAILED),
    INFO("to say what it is", UdfError.Type.INFO_FAILED),
    INIT("to initialise", UdfError.Type.INIT_FAILED),
    SNAPSHOT("to give its state away", UdfError.Type.SNAPSHOT_FAILED),
    RESTORABLE("to wait for its restore", UdfError.Type.RESTORE_FAILED),
    RESTORE("to continue from its state", UdfError.Type.RESTORE_FAILED),
    DONE("to run", UdfError.Type.AGENT_ERROR);

    private final String task;
    private final UdfError.Type failure;

    Stage(String task, UdfError.Type failure) {
      this.task = task;
      this.failure = failure;
    }
  }

  StartUp(Session session, SessionSetup setup, Timers timers, NanoClock clock) {
    this.session = session;
    this.setup = setup;
    this.settings = setup.agent().settings();
    this.clock = clock;
    this.alarm = new Alarm(timers, clock, () -> session.run(this::rang));
    this.stateKey = stateKey(List.of());
  }

  /** Begins to wait for the agent. */
  void begin() {
    alarm.set(clock.nanoTime() + settings.initTimeout().toNanos());
  }

  private void rang() {
    if (stage != Stage.DONE && stage != Stage.RESTORABLE) {
      session.failed(
          stage.failure,
          "The agent took longer than "
              + settings.initTimeout().toMillis()
              + " ms "
              + stage.task
              + session.incompleteFrame());
    }
  }

  /** Nothing is waited for any more. */
  void end() {
    alarm.release();
  }

  /** Returns whether the agent has room for invocations. */
  boolean isDone() {
    return stage == Stage.DONE;
  }

  /** Returns which saved states the agent may continue from. */
  SavedState.Key stateKey() {
    return stateKey;
  }

  /** Returns the type of an error that ends the start. */
  UdfError.Type failureType() {
    return stage.failure;
  }

  /** Returns what the agent had to do when it failed, for a message. */
  String task() {
    return stage.task;
  }

  // ------------------------------------------------------------------ info

  /** The agent can be spoken with. */
  void opened() {
    InfoResponse known = session.knownInfo();
    if (known == null) {
      stage = Stage.INFO;
      session.write(Request.newBuilder().setInfo(InfoRequest.getDefaultInstance()).build());
    } else {
      initialise(known);
    }
  }

  /**
   * Takes what the agent is.
   *
   * @return whether it was asked
   */
  boolean informed(InfoResponse info) {
    if (stage != Stage.INFO) {
      return false;
    }
    if (info.getWants() == EdgeType.UNRECOGNIZED || info.getProvides() == EdgeType.UNRECOGNIZED) {
      session.failed(
          UdfError.Type.INFO_FAILED,
          "The agent wants or provides what is neither a stream nor batches");
    } else if (setup.isInfoProbe()) {
      stage = Stage.DONE;
      session.probed(info);
    } else {
      initialise(info);
    }
    return true;
  }

  // ------------------------------------------------------------------ init

  private void initialise(InfoResponse info) {
    stage = Stage.INIT;
    session.agentIs(info);
    List<Option> options;
    try {
      options = DeclaredOptions.of(info).convert(settings.options());
    } catch (InvalidOptionsException e) {
      session.failed(UdfError.Type.INVALID_OPTIONS, String.valueOf(e.getMessage()));
      return;
    }
    stateKey = stateKey(options);
    InitRequest.Builder init = InitRequest.newBuilder().addAllOptions(options);
    if (settings.schema() == UdfSchema.CURRENT) {
      String taskId = settings.taskId();
      init.setTaskID(taskId == null ? setup.agent().function() : taskId)
          .setNodeID(settings.nodeId());
    }
    session.write(Request.newBuilder().setInit(init).build());
  }

  /** States of agents with other options mean something else. */
  private SavedState.Key stateKey(List<Option> options) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
    options.forEach(option -> digest.update(option.toByteArray()));
    return new SavedState.Key(
        setup.agent().function(), settings.schema(), HexFormat.of().formatHex(digest.digest()));
  }

  /**
   * Takes the answer to the init.
   *
   * @return whether there is a question to it
   */
  boolean initialised(InitResponse response) {
    if (stage != Stage.INIT) {
      return false;
    }
    if (!response.getSuccess()) {
      session.failed(UdfError.Type.INIT_FAILED, reason(response.getError()));
      return true;
    }
    byte[] saved = setup.restoresSavedState() ? setup.agent().state().last(stateKey) : new byte[0];
    if (saved.length > 0) {
      restore(ByteString.copyFrom(saved));
    } else if (setup.agent().snapStart()) {
      stage = Stage.SNAPSHOT;
      session.write(Request.newBuilder().setSnapshot(SnapshotRequest.getDefaultInstance()).build());
    } else {
      done();
    }
    return true;
  }

  private static String reason(String text) {
    return text.isBlank() ? "The agent gave no reason" : text;
  }

  private void done() {
    stage = Stage.DONE;
    alarm.clear();
    session.serve();
  }

  // ------------------------------------------------------------------ snapshot and restore

  /**
   * Takes the state of the agent.
   *
   * @return whether the start waits for it
   */
  boolean snapshotTaken(ByteString state) {
    if (stage != Stage.SNAPSHOT) {
      return false;
    }
    stage = Stage.RESTORABLE;
    alarm.clear();
    snapshot = state;
    if (setup.agent().state().last(stateKey).length == 0) {
      setup.agent().state().save(stateKey, state.toByteArray());
    }
    session.post(new SandboxEvent.SnapshotReady(new Restorable(this)));
    return true;
  }

  /** An agent that waits for its restore. */
  private record Restorable(StartUp startUp) implements RestoreSlot {

    @Override
    public void restored() {
      startUp.session.run(startUp::restore);
    }

    @Override
    public void refuse(Refusal refusal) {}

    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }

  private void restore() {
    if (session.isOver() || stage != Stage.RESTORABLE) {
      return;
    }
    restoring = true;
    if (snapshot.isEmpty()) {
      done();
    } else {
      alarm.set(clock.nanoTime() + settings.initTimeout().toNanos());
      restore(snapshot);
    }
  }

  /** An agent without a state is not restored: some fail if they get none. */
  private void restore(ByteString state) {
    stage = Stage.RESTORE;
    session.write(
        Request.newBuilder().setRestore(RestoreRequest.newBuilder().setSnapshot(state)).build());
  }

  /**
   * Takes the answer to the restore.
   *
   * @return whether there is a question to it
   */
  boolean restored(RestoreResponse response) {
    if (stage != Stage.RESTORE) {
      return false;
    }
    if (response.getSuccess()) {
      done();
    } else {
      setup.agent().state().forget(stateKey);
      session.failed(UdfError.Type.RESTORE_FAILED, reason(response.getError()));
    }
    return true;
  }

  // ------------------------------------------------------------------ failures

  /** Reports that the agent does not come up. */
  void fail(UdfError error) {
    alarm.release();
    if (restoring) {
      session.post(
          new SandboxEvent.RestoreFailed(
              new FailedRestore(), UdfError.Type.RESTORE_FAILED.wireName()));
    } else if (stage != Stage.RESTORABLE) {
      session.post(new SandboxEvent.InitFailed(new FailedInit(), error.reported()));
    }
  }

  /** Nothing is to be answered: the agent does not wait for it. */
  private static final class FailedInit implements InitFailureCall {

    @Override
    public void accept() {}

    @Override
    public void refuse(Refusal refusal) {}
  }

  /** Nothing is to be answered: the agent does not wait for it. */
  private static final class FailedRestore implements RestoreFailureCall {

    @Override
    public void accept() {}

    @Override
    public void refuse(Refusal refusal) {}
  }
}
