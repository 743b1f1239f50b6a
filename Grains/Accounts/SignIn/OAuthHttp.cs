using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;

namespace AudioOrleans.Grains.Accounts.SignIn;

/// <summary>How providers are connected to.</summary>
public static class OAuthHttp
{
    private const int LargestAnswer = 64 * 1024;

    // A worker keeps its client: without an end to connections it would never notice that a name has moved.
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    /// <summary>Adds the client.</summary>
    /// <remarks>
    /// Not by way of the guard that sources are reached through: these addresses are the operator's configuration, nobody else's
    /// word. Redirects are not followed, for the secret goes where it is meant to go or nowhere.
    /// </remarks>
    public static IServiceCollection AddOAuthClient(this IServiceCollection services)
    {
        services.AddHttpClient<OAuthClient>(client =>
        {
            client.Timeout = Timeout.InfiniteTimeSpan; // The client has one deadline for all requests of a sign-in.
            client.MaxResponseContentBufferSize = LargestAnswer;
            client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json")); // GitHub answers with a form otherwise.
            client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("Audio.Orleans", null)); // GitHub answers nobody without a name.
        }).ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = ConnectionLifetime })
            .RemoveAllLoggers();
        return services;
    }
}
