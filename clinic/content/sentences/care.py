"""Sentences of the safety rules."""

from typing import Final

from clinic.content.marker import N_

SENTENCES: Final[dict[str, str]] = {
    "answer_unreadable": N_("{field}: this answer cannot be read: choose it again."),
    "antithrombotics_taken": N_(
        "The patient takes medicine against clotting: ask about bleeding, keep away from deep muscles that "
        "cannot be pressed on, and give a reason."
    ),
    "assistant_may_not": N_("An assistant may not needle here: choose a therapist."),
    "bleeding_disorder": N_("The patient bleeds more easily than usual: needling takes medical advice, and a reason."),
    "cap_reached": N_(
        "The course has the {cap} needling sessions it may have before a review: hold the review, then book."
    ),
    "checkin_lacks": N_("{field}: choose a number from 0 to 10."),
    "change_too_small": N_(
        "The reassessment in visit {number} found no change that matters: offer exercise alone, or give a reason "
        "to go on needling."
    ),
    "competition_near": N_("A competition follows on {day}: needled muscles may be weaker for some days."),
    "condition_steady": N_("Mind the patient's condition: {condition:name}."),
    "condition_unstable": N_("A condition of the patient is not steady ({condition:name}): needling takes a reason."),
    "consent_missing": N_(
        "No valid consent covers this needling ({modality:name}): ask for it, or start without needling."
    ),
    "consent_not_by_guardian": N_(
        "The patient is under age, and no guardian has signed: ask the guardian, or start without needling."
    ),
    "consent_not_by_proxy": N_(
        "The patient cannot consent, and nobody who may has signed: ask the proxy, or start without needling."
    ),
    "consent_of_what": N_("{field}: consent is for needling, by hand or with a current: choose one."),
    "epilepsy_and_current": N_("Epilepsy that is not controlled forbids a current: plan needling by hand."),
    "fever_today": N_("The patient is ill or has a fever today: no needling."),
    "flared": N_(
        "The needling {days} days before was followed by a flare, and {least} days are to lie between: "
        "choose a later day, or give a reason."
    ),
    "flared_again": N_(
        "{times} needlings in a row were followed by a flare: needle less or not at all, or give a reason."
    ),
    "immune_weakened": N_("The immune system is weakened: needling takes a reason."),
    "implant_there": N_("An implant or a new joint lies near the region: needling takes a reason."),
    "lung_risk_unsaid": N_("{field}: where a needle can reach the lung, its risk has to be told and acknowledged."),
    "lung_risk_untold": N_(
        "The consent says nothing of the risk for the lung: tell it and have it signed, or give a reason."
    ),
    "lung_was_ill": N_(
        "The patient has had a collapsed lung or a lung disease: needling near the lung takes a reason."
    ),
    "lymphoedema_there": N_("A limb with lymphoedema is not needled: choose another region."),
    "metal_allergy_mild": N_("The patient does not bear some metals: choose another needle."),
    "metal_allergy_severe": N_("The patient has a severe allergy to metal: needling takes a reason."),
    "muscles_loaded_near": N_(
        "A visit of the course {days} days before or after trains the same muscles, and {least} days are their rest: "
        "choose another day, or give a reason."
    ),
    "needled_muscle_loaded": N_(
        "A needled muscle is trained hard within a day after needling: move the exercise, or make it light."
    ),
    "needled_recently": N_(
        "The same region is needled {hours} hours before or after, and {least} are usual: "
        "choose another time, or give a reason."
    ),
    "needled_within_a_day": N_(
        "The same region is needled {hours} hours before or after: choose a time at least {least} hours away."
    ),
    "needling_declined": N_("The patient does not want needles: start without needling."),
    "needling_unplanned": N_("The plan of care contains no such needling: change the plan, or leave the needling out."),
    "patient_deceased": N_("The patient has died: nothing can be planned or booked."),
    "patient_restricted": N_("The record is restricted: nothing can be planned or booked until that is lifted."),
    "proxy_unknown": N_(
        "{field}: nobody of this name may act for the patient: note it with the relatives first, or write the name "
        "as it stands there."
    ),
    "questions_incomplete": N_("{field}: every answer needs its question, and only one: correct the list."),
    "reassessment_overdue": N_(
        "The reassessment in visit {number} is not marked as done: mark it first, or give a reason."
    ),
    "recheck_first": N_(
        "The visit before is {days} days away, where at most {most} were planned: look at the course again first."
    ),
    "pregnancy_and_womb": N_(
        "The patient is pregnant, and the low back, the abdomen or a current is planned: consent to it, and "
        "give a reason."
    ),
    "pregnancy_early": N_("The first three months of a pregnancy: no needling."),
    "pregnancy_later": N_("The patient is pregnant: needling takes consent to it, and a reason."),
    "red_flag_open": N_(
        "A red flag was reported and is not cleared: no needling until a clinician has closed the event."
    ),
    "rule_misstated": N_("{field}: the rule's level and stage must be those the software applies: correct the list."),
    "rule_not_yours": N_("{field}: the level of rule {number} cannot be chosen so: take one that is offered."),
    "screening_changed": N_("Something changed: correct the answers first, then say that they hold today."),
    "screening_missing": N_("The patient was not asked about his health yet: fill in the questions first."),
    "screening_not_today": N_("Nobody has asked today whether anything changed: ask before needling."),
    "still_sore": N_("The region is still sore ({soreness} of 10): wait two more days, or give a reason."),
    "stimulator_and_current": N_(
        "A pacemaker, a defibrillator or another stimulator forbids a current: plan needling by hand."
    ),
    "stimulator_implanted": N_(
        "The patient has a pacemaker, a defibrillator or another stimulator: needling takes a reason, and no current."
    ),
    "surgery_half_said": N_("{field}: give the day of the operation and its region, or neither."),
    "surgery_recent": N_("The region was operated on less than {weeks} weeks before: needling takes a reason."),
    "thorax_both_sides": N_("Both sides of the thorax in one session: choose one side, or give a reason."),
    "varicose_there": N_("There are varicose veins in the region: no needling over them."),
    "wound_there": N_("There is an infection, a wound or a lesion in the region: needle elsewhere."),
}
