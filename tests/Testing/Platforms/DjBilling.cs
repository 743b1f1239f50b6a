using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace AudioOrleans.Testing.Platforms;

/// <summary>Plans and subscriptions of an account.</summary>
public static class DjBilling
{
    /// <summary>Creates a plan and returns its id.</summary>
    public static async Task<Guid> AddPlanAsync(this Dj dj, params object[] covers) =>
        (Guid)(await PostAsync(dj, "/v1/monetization/plans", new { name = "Members", price_cents = 499, currency = "EUR", covers }))["plan_id"]!;

    /// <summary>Subscribes to a plan and returns the subscription.</summary>
    public static Task<JsonObject> SubscribeAsync(this Dj listener, Guid plan, string? paymentMethod = null) =>
        PostAsync(listener, "/v1/monetization/subscriptions", new { plan_id = plan, payment_method = paymentMethod });

    private static async Task<JsonObject> PostAsync(Dj dj, string path, object body)
    {
        using var response = await dj.Client.PostAsJsonAsync(new Uri(path, UriKind.Relative), body);
        if (response.StatusCode != HttpStatusCode.Created)
            throw new InvalidOperationException($"POST {path} failed: {await response.Content.ReadAsStringAsync()}");
        return (await response.Content.ReadFromJsonAsync<JsonObject>())!;
    }
}
