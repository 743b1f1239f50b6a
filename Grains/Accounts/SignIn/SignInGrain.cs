using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Accounts;
using AudioOrleans.Grains.Interfaces.Accounts.SignIn;
using AudioOrleans.Persistence.Accounts;

namespace AudioOrleans.Grains.Accounts.SignIn;

/// <inheritdoc cref="ISignInGrain"/>
/// <remarks>Reentrant: it has no state, and a slow provider does not delay sign-ins with another.</remarks>
[StatelessWorker, Reentrant, GrainType("sign-in")]
public sealed class SignInGrain(SignInOptions options, SignInStates states, OAuthClient client, AccountTable accounts) : Grain, ISignInGrain
{
    private const int LongestCode = 2048;

    /// <inheritdoc/>
    public Task<ImmutableArray<SignInProvider>> ListProviders() =>
        Task.FromResult<ImmutableArray<SignInProvider>>([.. options.Providers.Select(provider => new SignInProvider(provider.Key, provider.Name))]);

    /// <inheritdoc/>
    public Task<SignInBegun> Begin(BeginSignIn command)
    {
        var provider = Find(command.Provider);
        var (state, challenge, nonce) = states.Begin(command);
        // No OpenID Connect nonce: it binds ID tokens, which are not used. The provider itself identifies the person over TLS, for a
        // code that PKCE binds to this sign-in.
        var query = string.Join('&', new (string Name, string Value)[]
        {
            ("response_type", "code"), ("client_id", provider.ClientId), ("redirect_uri", RedirectUriOf(provider)), ("scope", provider.Scope),
            ("state", state), ("code_challenge", challenge), ("code_challenge_method", "S256"),
        }.Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Value)}"));
        var endpoint = provider.AuthorizationEndpoint;
        var url = $"{endpoint.AbsoluteUri}{(endpoint.Query.Length > 0 ? '&' : '?')}{query}";
        return Task.FromResult(new SignInBegun(url, nonce, SignInStates.Lifetime, options.PublicUrl!.Scheme == Uri.UriSchemeHttps));
    }

    /// <inheritdoc/>
    public async Task<SignInResult> Finish(FinishSignIn command)
    {
        var provider = Find(command.Provider);
        if (states.Open(provider.Key, command.State, command.BrowserNonce) is not { } state)
            return SignInResult.From(SignInStatus.StateRefused);
        if (command.Error is { Length: > 0 } error)
            return error == "access_denied" ? SignInResult.From(SignInStatus.Denied) : throw OAuthClient.Unavailable(provider);
        if (command.Code is not { Length: > 0 and <= LongestCode } code
            || await client.FindPersonAsync(provider, code, state.Verifier, RedirectUriOf(provider)) is not { } person)
        {
            return SignInResult.From(SignInStatus.CodeRefused);
        }
        var result = state.LinkTo is { } target ? await AccountOf(target.UserId).Link(person, target.SessionId) : await SignInAsync(person, state.Role);
        return result with { ReturnTo = state.ReturnTo };
    }

    private async Task<SignInResult> SignInAsync(ExternalPerson person, AccountRole role)
    {
        if (await accounts.FindByIdentityAsync(new IdentityRow(person.Provider, person.Subject), CancellationToken.None) is { } userId)
            return await AccountOf(userId).SignIn(person, role);
        return person.VerifiedEmail is { } email
            ? await GrainFactory.GetGrain<IEmailGrain>(GrainKeys.Email(email)).SignIn(Guid.CreateVersion7(), person, role)
            : SignInResult.From(SignInStatus.EmailUnverified);
    }

    private IAccountIdentitiesGrain AccountOf(Guid userId) => GrainFactory.GetGrain<IAccountIdentitiesGrain>(GrainKeys.Account(userId));

    private OAuthProvider Find(string key) =>
        options.Providers.FirstOrDefault(provider => provider.Key == key) ?? throw new AudioException(AudioError.NotFound, "There is no such provider to sign in with");

    private string RedirectUriOf(OAuthProvider provider) => new Uri(options.PublicUrl!, $"/v1/auth/oauth/{provider.Key}/callback").AbsoluteUri;
}
