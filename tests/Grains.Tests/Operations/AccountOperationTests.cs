using AudioOrleans.Grains.Accounts;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Accounts;
using AudioOrleans.Grains.Interfaces.ApiKeys;
using AudioOrleans.Grains.Interfaces.Operations;
using AudioOrleans.Grains.Interfaces.Tokens;
using AudioOrleans.Testing;

namespace AudioOrleans.Grains.Tests.Operations;

[Trait("Speed", "slow")]
public sealed class AccountOperationTests : IAsyncLifetime
{
    private const string Password = "correct horse 1";
    private const string Email = "dj@example.org";

    private readonly Guid _id = Guid.CreateVersion7();
    private OperationSilo _silo = null!;

    private string Key => GrainKeys.Account(_id);

    private IEmailGrain Address => _silo.Grains.GetGrain<IEmailGrain>(GrainKeys.Email(Email));

    private IAccountSessionsGrain Sessions => _silo.Grains.GetGrain<IAccountSessionsGrain>(Key);

    private ICredentialsGrain Credentials => _silo.Grains.GetGrain<ICredentialsGrain>(Key);

    public async Task InitializeAsync() => _silo = await OperationSilo.StartAsync(await PostgresServer.NewDatabaseAsync());

    public async Task DisposeAsync() => await _silo.DisposeAsync();

    [Fact]
    public async Task An_account_is_created_once()
    {
        var outcome = await _silo.CallTwiceAsync(nameof(IEmailGrain.Register), RegisterAsync);
        Assert.Equal((_id, Email, false), (outcome.Account!.UserId, outcome.Account.Email, outcome.EmailTaken));
        Assert.Equal(1, await _silo.CountAsync("select count(*) from accounts"));
    }

    [Fact]
    public async Task A_login_opens_one_session_and_returns_its_tokens()
    {
        await RegisterAsync();
        var login = await _silo.CallTwiceAsync(nameof(IEmailGrain.LogIn), LogInAsync);
        Assert.Equal(LoginStatus.Granted, login.Status);
        Assert.Equal(1, await SessionsAsync());
        Assert.NotNull(await RefreshAsync(login.Tokens!));
    }

    [Fact]
    public async Task A_refresh_whose_response_was_lost_is_not_taken_for_a_stolen_token()
    {
        await RegisterAsync();
        var login = (await LogInAsync()).Tokens!;
        var next = await _silo.CallTwiceAsync(nameof(IAccountSessionsGrain.Refresh), () => RefreshAsync(login));
        Assert.NotNull(await RefreshAsync(next!));
        Assert.Equal(1, await SessionsAsync());
        // Under another operation it is.
        Assert.Null(await OperationSilo.CallAsync(Operation.New(), () => RefreshAsync(login)));
        Assert.Equal(0, await SessionsAsync());
    }

    [Fact]
    public async Task A_late_refresh_gets_the_result_of_the_other_attempt_and_ends_no_session()
    {
        await RegisterAsync();
        var login = (await LogInAsync()).Tokens!;
        var first = Operation.New();
        var done = await OperationSilo.CallAsync(first.Again(), () => RefreshAsync(login));
        Assert.Equal(done, await OperationSilo.CallAsync(first, () => RefreshAsync(login)));
        Assert.NotNull(await RefreshAsync(done!));
    }

    [Fact]
    public async Task A_password_is_changed_once_and_the_new_session_is_returned()
    {
        await RegisterAsync();
        await LogInAsync();
        var change = await _silo.CallTwiceAsync(
            nameof(ICredentialsGrain.ChangePassword), () => Credentials.ChangePassword(new ChangePassword(Password, "another horse 2")));
        Assert.Empty(change.Problems);
        Assert.Equal(1, await SessionsAsync());
        Assert.NotNull(await RefreshAsync(change.Tokens!));
    }

    [Fact]
    public async Task An_API_key_is_created_once_and_shown()
    {
        await RegisterAsync();
        var keys = _silo.Grains.GetGrain<IApiKeysGrain>(Key);
        var command = new CreateApiKey(Guid.CreateVersion7(), "Mixer", ["streams:read"], null);
        var made = await _silo.CallTwiceAsync(nameof(IApiKeysGrain.Create), () => keys.Create(command));
        Assert.Equal(OpaqueToken.Hash(made.KeyToken!), Assert.Single(await keys.GetVerifiers()).Hash);
    }

    [Fact]
    public async Task A_repeated_setup_of_a_second_factor_returns_the_same_secret()
    {
        await RegisterAsync();
        var begun = await _silo.CallTwiceAsync(nameof(ICredentialsGrain.BeginTotp), () => Credentials.BeginTotp(new Secret(Password)));
        var secret = SecretOf(begun.TotpUri!);
        var code = new Secret(SecondFactor.CodeAt(secret, SecondFactor.StepAt(TimeProvider.System.GetUtcNow())));
        var confirmed = await _silo.CallTwiceAsync(nameof(ICredentialsGrain.ConfirmTotp), () => Credentials.ConfirmTotp(code));
        Assert.Equal(10, confirmed.RecoveryCodes.Length);
        var proof = await _silo.CallTwiceAsync(
            nameof(ICredentialsGrain.Prove), () => Credentials.Prove(new Secret(Password), new Secret(confirmed.RecoveryCodes[3])));
        Assert.Empty(proof.Problems);
    }

    [Fact]
    public async Task Signing_keys_are_rotated_once_although_they_are_not_grain_state()
    {
        var tokens = _silo.Grains.GetGrain<ITokensGrain>(GrainKeys.Shared);
        var before = await tokens.GetKeys();
        var made = await _silo.CallTwiceAsync(nameof(ITokensGrain.RotateKeys), () => tokens.RotateKeys(revokeOld: false));
        Assert.Equal([made.KeyId, .. before.Select(key => key.KeyId)], (await tokens.GetKeys()).Select(key => key.KeyId));
    }

    private Task<RegisterOutcome> RegisterAsync() => Address.Register(_id, new RegisterAccount(Email, Password, "DJ", AccountRole.Dj, ByAdmin: false));

    private Task<LoginResult> LogInAsync() => Address.LogIn(new LoginAttempt(Email, Password, null, null));

    private Task<TokenPair?> RefreshAsync(TokenPair tokens) => Sessions.Refresh(new Secret(tokens.RefreshToken));

    private Task<long> SessionsAsync() => _silo.CountAsync(
        "select jsonb_array_length(state->'sessions') from grain_state where grain_type = 'account' and grain_key = @Key", new { Key });

    /// <summary>Decodes the Base32 secret (RFC 4648, section 6) of the URI for authenticators.</summary>
    private static byte[] SecretOf(string uri)
    {
        var text = uri[(uri.IndexOf("secret=", StringComparison.Ordinal) + 7)..uri.IndexOf("&issuer", StringComparison.Ordinal)];
        var bits = string.Concat(text.Select(letter => Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(letter, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        return [.. bits.Chunk(8).Where(part => part.Length == 8).Select(part => Convert.ToByte(new string(part), 2))];
    }
}
