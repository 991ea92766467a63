package sallyport.policy;

import java.util.UUID;

/** Who a person is, for good: stays when the name, the keys or the roles change. Approvals compare this. */
public record PersonId(UUID value) {
    @Override
    public String toString() {
        return value.toString();
    }
}
