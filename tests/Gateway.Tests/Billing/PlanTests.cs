using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Billing;

/// <summary>Plans through the API.</summary>
public sealed class PlanTests
{
    private static readonly Uri Plans = new("/v1/monetization/plans", UriKind.Relative);

    [Fact]
    public async Task A_plan_is_created_listed_changed_and_retired()
    {
        var shared = await SharedPlatform.GetAsync();
        using var dj = await Dj.RegisterAsync(shared.Platform);
        using var created = await dj.Client.PostAsJsonAsync(Plans, new { name = "Members", price_cents = 499, currency = "EUR", billing_interval = "year", features = new[] { "No ads" }, trial_days = 7 });
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var plan = (await created.Content.ReadFromJsonAsync<JsonObject>())!;
        Assert.Equal(("test_prod", "test_price", "year"), ((string)plan["stripe_product_id"]!, (string)plan["stripe_price_id"]!, (string)plan["billing_interval"]!));
        var own = created.Headers.Location!;
        var list = new Uri($"/v1/monetization/plans?owner={await dj.IdAsync()}", UriKind.Relative);
        // Everybody sees what is to be had.
        var listed = Assert.Single((await shared.Platform.Client.GetFromJsonAsync<JsonObject>(list))!["items"]!.AsArray());
        Assert.True(JsonNode.DeepEquals(plan, listed));
        Assert.Equal(["price_cents"], await dj.PatchAsync(own.ToString(), new { price_cents = 599, name = "Members" }));
        Assert.Equal(599, (int)(await shared.Platform.Client.GetFromJsonAsync<JsonObject>(own))!["price_cents"]!);
        using (var deleted = await dj.Client.DeleteAsync(own))
            Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Empty((await shared.Platform.Client.GetFromJsonAsync<JsonObject>(list))!["items"]!.AsArray());
        Assert.True((bool)(await shared.Platform.Client.GetFromJsonAsync<JsonObject>(own))!["retired"]!);
    }

    [Fact]
    public async Task A_plan_covers_only_what_is_ones_own()
    {
        var shared = await SharedPlatform.GetAsync();
        using var dj = await Dj.RegisterAsync(shared.Platform);
        var foreign = Guid.NewGuid();
        using var response = await dj.Client.PostAsJsonAsync(Plans, new { name = "Members", price_cents = 499, currency = "EUR", covers = new[] { new { kind = "podcast", id = foreign } } });
        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest);
        Assert.Equal("not_an_id", (string)problem["codes"]!["covers[0].id"]![0]!);
    }

    [Fact]
    public async Task Each_wrong_field_is_named()
    {
        var shared = await SharedPlatform.GetAsync();
        using var response = await shared.Dj.Client.PostAsJsonAsync(Plans, new { price_cents = 0, currency = "euro" });
        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest);
        Assert.Equal(["currency", "name", "price_cents"], problem["codes"]!.AsObject().Select(pair => pair.Key).Order());
    }

    [Fact]
    public async Task Only_djs_have_plans_and_nobody_changes_those_of_another()
    {
        var shared = await SharedPlatform.GetAsync();
        using var listener = await Dj.RegisterAsync(shared.Platform, "listener");
        using (var refused = await listener.Client.PostAsJsonAsync(Plans, new { name = "Members", price_cents = 499, currency = "EUR" }))
            Assert.Equal("monetization:write", (string)(await refused.ProblemAsync(HttpStatusCode.Forbidden))["missing_scope"]!);
        using var created = await shared.Dj.Client.PostAsJsonAsync(Plans, new { name = "Members", price_cents = 499, currency = "EUR" });
        using var other = await Dj.RegisterAsync(shared.Platform);
        using var stolen = await other.Client.DeleteAsync(created.Headers.Location);
        await stolen.ProblemAsync(HttpStatusCode.Forbidden);
    }
}
