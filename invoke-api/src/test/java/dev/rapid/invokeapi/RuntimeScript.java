package dev.rapid.invokeapi;

import dev.rapid.core.process.ProcessExit;

/** What a runtime does with its life. To return is to exit with status 0. */
@FunctionalInterface
interface RuntimeScript {

  /** Answers each event with itself, until the end of time. */
  RuntimeScript ECHO =
      runtime -> {
        while (true) {
          RuntimeClient.Event event = runtime.next();
          runtime.respond(event, event.body());
        }
      };

  void run(RuntimeClient runtime) throws Exception;

  /** Ends the runtime in the middle of whatever it does. */
  final class Exit extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient ProcessExit how;

    Exit(ProcessExit how) {
      super(how.describe());
      this.how = how;
    }

    static Exit status(int status) {
      return new Exit(new ProcessExit.Exited(status));
    }

    static Exit signal(String name) {
      return new Exit(new ProcessExit.Signaled(name));
    }

    ProcessExit how() {
      return how;
    }
  }
}
