package sallyport.recorder.playback;

/** What became of a wish to be somewhere else in a recording. */
public enum Sought {
    /** It is there. */
    THERE,
    /** There is no such place; the playback is where it was. */
    NOWHERE,
    /** The patience ended; the playback is somewhere on the way, or where it was if it was searching. */
    GIVEN_UP
}
