using AudioOrleans.Grains.Billing;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Billing;

namespace AudioOrleans.Grains.Tests.Billing;

public sealed class PlanRulesTests
{
    private static readonly PlanFields Valid = new() { Name = "Members", PriceCents = 499, Currency = "EUR" };

    public static TheoryData<string, PlanFields, string, string> Invalid => new()
    {
        { "no name", Valid with { Name = null }, "name", FieldCodes.Required },
        { "an empty name", Valid with { Name = " " }, "name", FieldCodes.Required },
        { "a long name", Valid with { Name = new string('x', 101) }, "name", FieldCodes.TooLong },
        { "no price", Valid with { PriceCents = null }, "price_cents", FieldCodes.Required },
        { "nothing to pay", Valid with { PriceCents = 0 }, "price_cents", FieldCodes.OutOfRange },
        { "a negative price", Valid with { PriceCents = -1 }, "price_cents", FieldCodes.OutOfRange },
        { "a price of nine digits", Valid with { PriceCents = 100_000_000 }, "price_cents", FieldCodes.OutOfRange },
        { "the highest number", Valid with { PriceCents = long.MaxValue }, "price_cents", FieldCodes.OutOfRange },
        { "no currency", Valid with { Currency = null }, "currency", FieldCodes.Required },
        { "an unknown currency", Valid with { Currency = "XYZ" }, "currency", FieldCodes.UnknownValue },
        { "a currency in small letters", Valid with { Currency = "eur" }, "currency", FieldCodes.UnknownValue },
        { "a long trial", Valid with { TrialDays = 366 }, "trial_days", FieldCodes.OutOfRange },
        { "a negative trial", Valid with { TrialDays = -1 }, "trial_days", FieldCodes.OutOfRange },
        { "an empty feature", Valid with { Features = ["One", ""] }, "features[1]", FieldCodes.Required },
        { "many features", Valid with { Features = [.. Enumerable.Repeat("One", 21)] }, "features", FieldCodes.TooMany },
        { "many covered", Valid with { Covers = [.. Enumerable.Range(0, 101).Select(_ => new CoveredResource(CoveredKind.Stream, Guid.NewGuid()))] }, "covers", FieldCodes.TooMany },
    };

    [Theory]
    [MemberData(nameof(Invalid))]
    public void A_problem_names_the_field(string _, PlanFields fields, string field, string code)
    {
        var problem = Assert.Single(PlanRules.Check(fields, isNew: true));
        Assert.Equal((field, code), (problem.Field, problem.Code));
    }

    [Fact]
    public void A_change_may_leave_out_what_a_new_plan_needs()
    {
        Assert.Empty(PlanRules.Check(new PlanFields(), isNew: false));
        Assert.Equal(3, PlanRules.Check(new PlanFields(), isNew: true).Length);
        Assert.Empty(PlanRules.Check(Valid, isNew: true));
    }

    [Fact]
    public void A_change_leaves_everything_else_as_it_is()
    {
        var state = PlanRules.Create(new CreatePlan(Guid.NewGuid(), Valid with { Name = " Members ", Features = [" No ads "] }), DateTimeOffset.UnixEpoch);
        Assert.Equal(("Members", BillingInterval.Month, 0, "No ads"), (state.Fields.Name, state.Fields.Interval, state.Fields.TrialDays, state.Fields.Features!.Value[0]));
        var changed = PlanRules.Merge(state.Fields, new PlanFields { PriceCents = 599 });
        Assert.Equal(state.Fields with { PriceCents = 599 }, changed);
    }

    [Theory]
    [InlineData(499, "EUR", "4.99 EUR")]
    [InlineData(5, "USD", "0.05 USD")]
    [InlineData(500, "JPY", "500 JPY")]
    [InlineData(1005, "BHD", "1.005 BHD")]
    public void An_amount_has_the_digits_of_its_currency(long amount, string currency, string expected) => Assert.Equal(expected, Currencies.Format(amount, currency));
}
