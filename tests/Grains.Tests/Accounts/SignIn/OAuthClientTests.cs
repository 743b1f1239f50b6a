using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AudioOrleans.Grains.Accounts.SignIn;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Accounts.SignIn;
using AudioOrleans.Testing;
using AudioOrleans.Testing.SignIn;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AudioOrleans.Grains.Tests.Accounts.SignIn;

public sealed class OAuthClientTests : IAsyncLifetime
{
    private const string RedirectUri = $"{LocalProvider.PublicUrl}/v1/auth/oauth/google/callback";
    private static readonly string Verifier = new('v', 43);

    private readonly ManualTimeProvider _time = new();
    private LocalProvider _provider = null!;
    private ServiceProvider _services = null!;
    private SignInOptions _options = null!;

    public async Task InitializeAsync()
    {
        _provider = await LocalProvider.StartAsync();
        var settings = _provider.Settings.Select(setting => KeyValuePair.Create(setting.Key.Replace("__", ":", StringComparison.Ordinal), setting.Value));
        _options = SignInOptions.Read(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        _services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(_time).AddOAuthClient().BuildServiceProvider();
    }

    [Theory]
    [InlineData("google")]
    [InlineData("github")]
    public async Task A_code_is_exchanged_for_the_person(string key)
    {
        var person = new LocalPerson();
        Assert.Equal(new ExternalPerson(key, $"{person.Subject}", person.Email, person.Name), await FindAsync(person, key));
    }

    [Fact]
    public async Task A_code_is_refused_for_another_verifier_another_redirect_and_a_second_time()
    {
        var person = new LocalPerson();
        var google = _options.Providers[0];
        Assert.Null(await Client.FindPersonAsync(google, GiveCode(person), new string('w', 43), RedirectUri));
        Assert.Null(await Client.FindPersonAsync(google, GiveCode(person), Verifier, RedirectUri.Replace("google", "github", StringComparison.Ordinal)));
        var code = GiveCode(person);
        Assert.NotNull(await Client.FindPersonAsync(google, code, Verifier, RedirectUri));
        Assert.Null(await Client.FindPersonAsync(google, code, Verifier, RedirectUri));
    }

    [Theory]
    [InlineData(ProviderBehaviour.HangsUp)]
    [InlineData(ProviderBehaviour.Redirects)]
    [InlineData(ProviderBehaviour.AnswersTooMuch)]
    [InlineData(ProviderBehaviour.AnswersHtml)]
    [InlineData(ProviderBehaviour.KnowsNobody)]
    public async Task A_broken_provider_is_reported_as_unavailable(ProviderBehaviour behaviour)
    {
        var error = await Assert.ThrowsAsync<AudioException>(() => FindAsync(new LocalPerson { Behaviour = behaviour }));
        Assert.Equal(AudioError.Unavailable, error.Error);
        Assert.Equal(0, _provider.Strays);
    }

    [Fact]
    public async Task A_provider_that_refuses_the_client_secret_is_reported_as_unavailable()
    {
        var google = _options.Providers[0] with { ClientSecret = "another" };
        Assert.Equal(AudioError.Unavailable, (await Assert.ThrowsAsync<AudioException>(() => Client.FindPersonAsync(google, GiveCode(new LocalPerson()), Verifier, RedirectUri))).Error);
    }

    [Fact]
    public async Task A_call_to_a_provider_times_out_after_ten_seconds()
    {
        var finding = FindAsync(new LocalPerson { Behaviour = ProviderBehaviour.Hangs });
        await Eventually.That(() => _time.PendingTimers > 0, TimeSpan.FromSeconds(10), "the deadline is set");
        _time.Advance(TimeSpan.FromSeconds(10) - TimeSpan.FromTicks(1));
        Assert.False(finding.IsCompleted);
        _time.Advance(TimeSpan.FromTicks(1));
        await Assert.ThrowsAsync<AudioException>(() => finding.WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System));
    }

    public async Task DisposeAsync()
    {
        await _services.DisposeAsync();
        await _provider.DisposeAsync();
    }

    private OAuthClient Client => _services.GetRequiredService<OAuthClient>();

    private Task<ExternalPerson?> FindAsync(LocalPerson person, string key = "google") =>
        Client.FindPersonAsync(_options.Providers.Single(provider => provider.Key == key), GiveCode(person), Verifier, RedirectUri);

    private string GiveCode(LocalPerson person) => _provider.GiveCode(person, Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier))), RedirectUri);
}
