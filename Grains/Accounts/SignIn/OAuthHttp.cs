using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;

namespace AudioOrleans.Grains.Accounts.SignIn;

/// <summary>Configures the HTTP client for providers.</summary>
public static class OAuthHttp
{
    private const int LargestAnswer = 64 * 1024;

    // A worker keeps its client: without a connection lifetime it would never notice DNS changes.
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    /// <summary>Adds the client.</summary>
    /// <remarks>
    /// Does not use the guard that protects requests to sources: these addresses come from the operator's configuration only.
    /// Redirects are not followed, so that the secret is sent only to the configured endpoint.
    /// </remarks>
    public static IServiceCollection AddOAuthClient(this IServiceCollection services)
    {
        services.AddHttpClient<OAuthClient>(client =>
        {
            client.Timeout = Timeout.InfiniteTimeSpan; // One deadline covers all requests of a sign-in.
            client.MaxResponseContentBufferSize = LargestAnswer;
            client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json")); // Otherwise GitHub returns form-encoded data.
            client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("Audio.Orleans", null)); // GitHub rejects requests without a User-Agent.
        }).ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = ConnectionLifetime })
            .RemoveAllLoggers();
        return services;
    }
}
