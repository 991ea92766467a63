package sallyport.db;

import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import sallyport.policy.Environment;
import sallyport.policy.Login;
import sallyport.policy.TargetName;
import sallyport.policy.WorkspaceName;

/**
 * One target of {@code access.yaml}. The name is what matches the definition to a target already stored; the parts mean
 * what they mean in {@link sallyport.policy.Target}.
 */
public record TargetDefinition(
        TargetName name,
        String host,
        int port,
        Environment environment,
        WorkspaceName workspace,
        SortedSet<Login> logins,
        List<String> hostKeys) {

    public TargetDefinition {
        logins = Collections.unmodifiableSortedSet(new TreeSet<>(logins));
        hostKeys = List.copyOf(hostKeys);
    }
}
