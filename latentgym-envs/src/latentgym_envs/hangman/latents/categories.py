"""Latent family `category`: words of one field of meaning.

The published members are those of the 850-word pool. For the larger pool every category has more;
these are LatentGym's own choice and lie outside the 850 words, so that the published ids keep
their law.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from attrs import frozen

from latentgym_envs.hangman.latents.word_filter import WordFilter
from latentgym_envs.words.properties import WordProperty, listed

PUBLISHED: Mapping[str, str] = MappingProxyType(
    {
        "animals": """
            ant bee bird cat cow dog fish goat horse monkey pig rat sheep snake worm""",
        "colors": """
            black blue brown copper gold green grey orange red silver white yellow""",
        "food": """
            apple berry bread butter cake cheese egg fish fruit jelly meat milk orange potato rice
            salt soup sugar""",
        "body_parts": """
            arm back blood bone brain chest chin ear eye face finger foot hair hand head heart knee
            leg lip mouth muscle nail neck nerve nose skin stomach throat thumb toe tongue tooth""",
        "nature": """
            branch cloud current dust field flower fruit garden grass ice island leaf mist moon
            mountain plant rain river root sand sea seed sky snow spring star stone sun thunder
            tree wave wind wood""",
        "actions": """
            answer clean crush cry cut drink drop fall fly jump kick laugh lift look make paint
            plant point pull push roll rub run say see shake sleep smell smile stretch swim talk
            taste touch turn twist walk wash watch wave whistle""",
        "objects": """
            bag basket bath bed boat book bottle box bridge brush bucket building camera chain
            clock comb cup curtain door engine floor fork frame glass house key knife light lock
            oven paper pen pencil picture plane plate pot road roof room scissors ship soap spoon
            street table train umbrella wall watch wheel window wire""",
        "places": """
            bridge country farm garden hospital house island library market mountain nation office
            river road room school sea station store street town""",
        "emotions": """
            angry bitter certain cold cruel happy kind sad sweet warm""",
        "weather": """
            cloud cold degree dry fall heat ice mist rain snow spring summer sun thunder warm wet
            wind winter""",
    }
)
WIDER: Mapping[str, str] = MappingProxyType(
    {
        "animals": """
            alligator badger bat bear beaver beetle buffalo bull butterfly camel chicken clam cobra
            crab cricket crocodile crow deer dinosaur dolphin donkey dove dragon duck eagle eel
            elephant falcon ferret flea fox frog giraffe goose gorilla grasshopper hamster hare
            hawk hornet jaguar kangaroo kitten lamb leopard lion lizard lobster mosquito moth mouse
            mule octopus ostrich owl oyster panther parrot peacock penguin pigeon puppy rabbit
            raccoon salmon scorpion seal shark shrimp skunk slug snail sparrow spider squirrel swan
            tiger toad trout turkey turtle walrus wasp weasel whale wolf zebra""",
        "colors": """
            amber beige bronze crimson indigo ivory khaki lavender lilac magenta maroon mauve olive
            peach pink purple ruby salmon scarlet tan turquoise violet""",
        "food": """
            almond apricot asparagus bacon banana barley bean beef biscuit broccoli burger cabbage
            candy carrot celery cereal cherry chicken chocolate coconut cookie corn cracker cream
            cucumber curry custard dessert doughnut flour garlic ginger grape gravy ham honey lemon
            lettuce lobster mango margarine mayonnaise melon muffin mushroom mustard noodle oatmeal
            omelette onion pancake pasta pastry peach peanut pear pepper pickle pie pineapple pizza
            pork pudding pumpkin radish raisin salad salmon sandwich sauce sausage shrimp spaghetti
            spinach steak stew strawberry syrup toast tomato tuna turkey turnip vanilla vinegar
            walnut yogurt""",
        "body_parts": """
            abdomen ankle artery beard belly calf cheek eyebrow eyelash eyelid fist forearm
            forehead gum heel hip jaw kidney knuckle limb liver lung moustache navel nostril palm
            pelvis rib scalp shin shoulder skeleton skull spine thigh tonsil torso vein waist
            wrist""",
        "nature": """
            avalanche bay beach boulder breeze brook bush canyon cave cliff coast continent coral
            creek dawn desert dew dirt dune dusk earthquake fern flood fog forest glacier gorge
            hail horizon hurricane jungle lagoon lake landscape lava lightning lily marsh meadow
            meteor moss ocean orchid pebble petal planet pond prairie rainbow reef ridge rock rose
            shore shrub soil storm stream sunrise sunset swamp tide tornado tulip tundra valley
            vine volcano waterfall weed willow woodland""",
        "actions": """
            arrive bake borrow bounce bow build carry catch chase chew chop clap climb crawl creep
            dance dig dive drag draw eat enter escape fetch gather giggle grab hide hop hug hunt
            invent juggle kneel knit knock lean leave listen march melt mumble murmur nod peel pour
            pray punch race reach read ride row scratch scream sew shout shrug sing sit skate
            sketch slide sniff speak spin squeeze stand steal stir stumble sweep swing throw tickle
            travel tremble wander weep whisper wink wipe wrestle write yawn yell""",
        "objects": """
            anchor arrow balloon bandage banner barrel battery bench bicycle blanket bracelet broom
            cabinet calculator calendar candle carpet ceiling chair cigarette coin compass computer
            couch crayon desk diamond dish doll envelope fan faucet fence flashlight folder
            furniture gate guitar hose jar jug keyboard ladder lamp lantern lid magnet mattress
            microscope mirror mug napkin necklace newspaper oar pan piano pillow purse radio rake
            razor refrigerator ribbon rope ruler saddle scarf screwdriver shovel sink sofa stapler
            stool stove suitcase sword tape telephone telescope television tent toaster toothbrush
            towel toy trumpet truck vase violin wallet wrench""",
        "places": """
            airport apartment arena bakery bank barn beach camp capital castle cathedral cemetery
            cinema city classroom clinic coast college continent cottage court desert district
            factory forest gallery garage gym harbor highway hotel jail kitchen laboratory lake
            mall mansion monastery mosque museum neighborhood ocean palace park pharmacy playground
            plaza port pub ranch region resort restaurant shop shrine stadium state studio suburb
            supermarket synagogue temple theater tower university valley village warehouse yard
            zoo""",
        "emotions": """
            afraid amazed annoyed anxious ashamed bored brave calm cheerful confused curious
            delighted depressed desperate disappointed eager embarrassed envious excited frightened
            frustrated furious glad gloomy grateful guilty hopeful hopeless horrified hurt jealous
            joyful lonely loving mad miserable nervous optimistic passionate peaceful pleased proud
            relaxed relieved restless satisfied scared shocked shy sorry surprised suspicious
            sympathetic tense terrified thrilled upset worried""",
        "weather": """
            avalanche blizzard breeze chill climate cool drizzle drought dew fog forecast freeze
            freezing frost gale gust hail haze hot humid humidity hurricane icy lightning monsoon
            overcast puddle rainbow shower sleet storm sunny sunshine temperature tornado tropical
            typhoon""",
    }
)
MEMBERS: Mapping[str, frozenset[str]] = MappingProxyType(
    {name: frozenset(f"{PUBLISHED[name]} {WIDER[name]}".split()) for name in PUBLISHED}
)


@frozen(kw_only=True)
class Category(WordFilter):
    """z is a field of meaning."""

    family: ClassVar[str] = "category"
    choices: ClassVar[tuple[str, ...]] = tuple(MEMBERS)
    rule: ClassVar[WordProperty] = listed(MEMBERS, "category")
    theme: ClassVar[str] = "belong to the same field of meaning"
