package sallyport.admin;

import java.util.SortedSet;
import sallyport.policy.Environment;
import sallyport.policy.Login;
import sallyport.policy.TargetName;

/**
 * A target as the person who may use it sees it; where it is on the network is not in here.
 *
 * @param logins the accounts that this person may use there
 */
public record TargetView(TargetName name, Environment environment, SortedSet<Login> logins) {}
