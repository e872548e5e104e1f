"""When a face is taken for a picture on the wall. Standard library only: operations ask it too."""

STILL_FROM = 0.8  # still share (probe.still_share) from which a face is taken for a picture on the wall
MOVING_FRAMES = 3  # that somebody else has to be seen in for the video not to be a show of stills
