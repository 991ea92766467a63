/**
 * Live sessions: one backend, one recording, one model of the terminal, and everybody who is in it. Start at {@link
 * sallyport.bastion.session.SessionRegistry}. {@link sallyport.bastion.session.LiveSession} knows who is in a session, who types
 * and when it ends; {@link sallyport.bastion.session.Relay} is its thread and the walk of a byte; a {@link
 * sallyport.bastion.session.Seat} is how one client is shown it.
 *
 * <p>Everything here is asked in values and bytes: no type of the ssh server or of the web, so that a session can be
 * hosted elsewhere one day. A client is a {@link sallyport.bastion.session.ClientEnd}.
 */
@NullMarked
package sallyport.bastion.session;

import org.jspecify.annotations.NullMarked;
