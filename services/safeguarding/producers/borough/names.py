"""Names for invented people, practices and teams."""

from __future__ import annotations

from typing import Final


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


GIRLS: Final = _words(
    "Ada Amina Anya Beatrix Bryony Carys Celeste Daria Edie Elowen Farah Flora Greta Hana Imogen Iris Jodie "
    "Kayleigh Keira Lacey Leila Lottie Mabel Maya Nadia Nell Orla Paige Poppy Romy Safiya Skye Tess Thea Una Willow "
    "Zara Zofia"
)
BOYS: Final = _words(
    "Aaron Alfie Arlo Bilal Blake Caleb Connor Dario Dominik Eddie Ellis Ewan Felix Finlay Gethin Hamza Hugo Idris "
    "Jaden Jonas Kai Kian Leon Lewis Luca Marlon Nico Noah Omar Owen Percy Rafi Reece Ronan Stefan Tariq Toby Zach"
)
WOMEN: Final = _words(
    "Abigail Anita Bernice Cara Claire Danielle Donna Ewa Faye Gemma Hayley Ines Joanne Kelly Kerry Leanne Lindsey "
    "Magda Michelle Nasreen Natasha Paula Rachel Rukhsana Sandra Shona Stacey Tara Toni Vicky Wendy Yasmin"
)
MEN: Final = _words(
    "Adrian Ahmed Barry Carl Craig Damian Darren Derek Farid Gareth Glen Ian Jason Karl Keith Lee Marcus Mateusz "
    "Neil Nigel Pavel Phil Rashid Ricky Ross Scott Shaun Stuart Terry Tony Wayne Yusuf"
)
FAMILIES: Final = _words(
    "Abberton Alderwick Ambrosewell Askerby Bagnalby Barnfold Beckhurst Birkdale Blenkarn Brackenby Carlbury "
    "Castleden Coatham Cowpenby Craddick Dalefield Dinsdell Eaglesby Elmswick Elwicke Fairburne Fenhallow Garthley "
    "Gorsehill Greathamley Grindon Harehope Hartburne Haverley Heslington Ingleden Jarrowby Kelloway Kirkhallam "
    "Langbaurgh Larchwood Lintonby Maltbye Marwoodley Middlehope Newbiggen Nortonby Okonedo Oxbridge Parkwell "
    "Piercewood Portrack Preswick Qureshley Ragworth Redmarsh Ropnerby Rosewell Saltholme Seatonby Skerne "
    "Stillingham Tamworthy Teesdell Thornleigh Trimdonby Urlayne Varleyby Wearside Whitbourne Wolvesey Wynyard "
    "Yarmley Zajacwick Zetlandby"
)
DOCTORS: Final = ("Dr A. Fenwickham", "Dr B. Olusolade", "Dr C. Rastrickson", "Dr D. Qazimi", "Dr E. Thorneby")
WORKERS: Final = ("A. Bellweather", "C. Dunmoreley", "F. Adeyelu", "H. Kirkwick", "M. Tolland", "P. Sarwari")
AREAS: Final = ("NORTON", "THORNABY", "BILLINGHAM", "YARM", "INGLEBY", "ROSEWORTH", "HARDWICK", "FAIRFIELD")
