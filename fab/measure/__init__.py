"""Arrays in, arrays out, in mm and degrees; knows no printer."""
