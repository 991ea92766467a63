/**
 * Live sessions: one backend, one recording, and whoever is attached now. Start at {@link
 * sallyport.bastion.session.SessionRegistry}; the walk of a byte is {@link sallyport.bastion.session.LiveSession}'s.
 *
 * <p>Everything here is asked in values and bytes: no type of the ssh server or of the web, so that a session can be
 * hosted elsewhere one day. A client is a {@link sallyport.bastion.session.ClientEnd}.
 */
@NullMarked
package sallyport.bastion.session;

import org.jspecify.annotations.NullMarked;
