package dev.rapid.core.testing;

import dev.rapid.core.extension.ExtensionCall;
import dev.rapid.core.extension.ExtensionErrorCall;
import dev.rapid.core.extension.ExtensionNextCall;
import dev.rapid.core.extension.ExtensionRefusal;
import dev.rapid.core.extension.RegisterCall;
import dev.rapid.core.extension.SubscribeCall;
import dev.rapid.core.invocation.Invocation;

/** The calls of an extension. */
public class FakeExtensionCall extends FakeCall<ExtensionRefusal> implements ExtensionCall {

  FakeExtensionCall(String name) {
    super(name);
  }

  /** A registration. */
  public static final class Register extends FakeExtensionCall implements RegisterCall {

    /** Creates a registration that failures call {@code register}. */
    public Register() {
      super("register");
    }

    @Override
    public void accept() {
      answer("accepted");
    }
  }

  /** A subscription to telemetry. */
  public static final class Subscribe extends FakeExtensionCall implements SubscribeCall {

    /** Creates a subscription that failures call {@code subscribe}. */
    public Subscribe() {
      super("subscribe");
    }

    @Override
    public void admit(int generation, String extensionName, boolean open) {
      answer("admitted " + extensionName + " of " + generation + (open ? " in time" : " too late"));
    }
  }

  /** A report of an error. */
  public static final class Report extends FakeExtensionCall implements ExtensionErrorCall {

    /** Creates a report that failures call {@code extension error}. */
    public Report() {
      super("extension error");
    }

    @Override
    public void accept() {
      answer("accepted");
    }
  }

  /** A poll that keeps what it was answered with. */
  public static final class Next extends FakeExtensionCall implements ExtensionNextCall {

    /** Creates a poll that failures call {@code event next}. */
    public Next() {
      this("event next");
    }

    /** Creates a poll with a name for failures. */
    public Next(String name) {
      super(name);
    }

    @Override
    public void deliverInvoke(Invocation invocation, long deadlineEpochMillis) {
      answer("invoke " + invocation.requestId() + " until " + deadlineEpochMillis);
    }

    @Override
    public void deliverShutdown(String reason, long deadlineEpochMillis) {
      answer("shutdown " + reason + " until " + deadlineEpochMillis);
    }
  }
}
