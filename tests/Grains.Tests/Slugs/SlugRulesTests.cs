using AudioOrleans.Grains.Slugs;

namespace AudioOrleans.Grains.Tests.Slugs;

public sealed class SlugRulesTests
{
    [Theory]
    [InlineData("Late hours", "late-hours")]
    [InlineData("  Größe & Äpfel!  ", "grosse-apfel")]
    [InlineData("Café — crème brûlée", "cafe-creme-brulee")]
    [InlineData("Þórsmörk æ œ ø đ Ł", "thorsmork-ae-oe-o-d-l")]
    [InlineData("It's 5 o’clock", "its-5-oclock")]
    [InlineData("ÅNGSTRÖM İstanbul", "angstrom-istanbul")]
    [InlineData("Радио Jazz 深夜", "jazz")]
    [InlineData("ÆRØ’s Łódź, a\u0308ndern ẞ", "aeros-lodz-andern-ss")]
    [InlineData("Import", "import-1")]
    [InlineData("01990c1e-7d5a-7c3e-9b0a-3f6a5a0b1c2d", "01990c1e-7d5a-7c3e-9b0a-3f6a5a0b1c2d-1")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa bbbb", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void A_title_becomes_a_slug(string title, string slug)
    {
        Assert.Equal(slug, SlugRules.FromTitle(title));
        Assert.Null(SlugRules.Check(slug));
    }

    [Theory]
    [InlineData("深夜の時間")]
    [InlineData("!!!")]
    [InlineData("Радио")]
    public void A_title_without_latin_letters_gets_a_random_one(string title)
    {
        Assert.Matches("^[a-z2-9]{8}$", SlugRules.FromTitle(title));
        Assert.NotEqual(SlugRules.FromTitle(title), SlugRules.FromTitle(title));
    }

    [Fact]
    public void A_slug_changes_with_the_title_unless_the_owner_chose_it()
    {
        Assert.Equal(new SlugPlan("two", false), SlugRules.Plan("one", isChosen: false, null, "One", "Two"));
        Assert.Null(SlugRules.Plan("one", isChosen: false, null, "One", "One!"));
        Assert.Null(SlugRules.Plan("one-2", isChosen: false, null, "One", "One"));
        Assert.Null(SlugRules.Plan("mine", isChosen: true, null, "One", "Two"));
        Assert.Equal(new SlugPlan("mine", true), SlugRules.Plan("one", isChosen: false, "mine", "One", "Two"));
        Assert.Null(SlugRules.Plan("mine", isChosen: true, "mine", "One", "One"));
        Assert.Equal(new SlugPlan("two", false), SlugRules.Plan("mine", isChosen: true, "", "One", "Two"));
        Assert.Null(SlugRules.Plan("one", isChosen: false, "", "One", "One"));
        Assert.Equal(new SlugPlan("one", false), SlugRules.Plan("", isChosen: false, null, "One", "One"));
    }
}
