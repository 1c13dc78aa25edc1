package example;

import com.amazonaws.services.lambda.runtime.RequestHandler;
import java.util.Map;
import org.crac.Core;
import org.crac.Resource;

/** Counts how often its hooks ran. */
public final class Handler implements RequestHandler<Object, Map<String, Integer>>, Resource {

  private int checkpoints;
  private int restores;

  /** Registers the hooks. */
  public Handler() {
    Core.getGlobalContext().register(this);
  }

  @Override
  public void beforeCheckpoint(org.crac.Context<? extends Resource> context) {
    checkpoints++;
  }

  @Override
  public void afterRestore(org.crac.Context<? extends Resource> context) {
    restores++;
  }

  @Override
  public Map<String, Integer> handleRequest(
      Object event, com.amazonaws.services.lambda.runtime.Context context) {
    return Map.of("checkpoints", checkpoints, "restores", restores);
  }
}
