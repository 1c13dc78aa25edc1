package dev.rapid.cli.config;

import static dev.rapid.cli.config.OptionBuilder.structure;

import dev.rapid.cli.config.value.Value;
import java.util.ArrayList;
import java.util.List;

/** The table of the options for load balancers of the Fn Project. */
public final class FnOptions {

  static final List<Option<?>> TABLE = new ArrayList<>();

  /** Which calls of Fn are for a function. */
  public static final Option<Value> FN =
      structure("fn")
          .onlyInFunctions()
          .help(TABLE, "Which calls of a load balancer of the Fn Project are for the function.");

  /** The front end for load balancers of Fn. */
  public static final Option<Value> FN_RUNNER =
      structure("fnRunner")
          .help(TABLE, "Takes calls of a load balancer of the Fn Project, as one of its runners.");

  private FnOptions() {}
}
