using AudioOrleans.Grains.Interfaces.Tokens;
using AudioOrleans.Grains.Operations;
using AudioOrleans.Grains.Tokens;
using AudioOrleans.Persistence;
using AudioOrleans.Persistence.Accounts;
using AudioOrleans.Persistence.Migrations;
using AudioOrleans.Persistence.Secrets;
using AudioOrleans.Testing;

namespace AudioOrleans.Grains.Tests.Tokens;

/// <summary>Rotation with a real table and a clock that the test moves.</summary>
public sealed class SigningKeyTests : IAsyncLifetime, IDisposable
{
    private static readonly TokenOptions Options = new();

    private readonly ManualTimeProvider _time = new();
    private readonly TestFolder _folder = new("keys");
    private AudioDatabase _database = null!;
    private SecretBox _box = null!;

    [Fact]
    public async Task The_first_key_signs_at_once_and_every_silo_has_the_same()
    {
        using var one = Keys();
        using var other = Keys();
        var ids = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => (i % 2 == 0 ? one : other).SigningAsync().AsTask()));
        Assert.Single(ids.Select(key => key.KeyId).Distinct());
        Assert.Single(await other.GetPublicAsync());
    }

    [Fact]
    public async Task The_next_key_is_published_before_it_signs_and_the_old_one_verifies_until_its_tokens_expire()
    {
        using var keys = Keys();
        using var other = Keys();
        var first = await keys.SigningAsync();
        _time.Advance(Options.KeyLifetime - TimeSpan.FromMinutes(2));
        Assert.Single(await keys.GetPublicAsync());

        _time.Advance(TimeSpan.FromMinutes(3));
        var published = await keys.GetPublicAsync();
        Assert.Equal(2, published.Length);
        Assert.Equal(first.KeyId, (await keys.SigningAsync()).KeyId);
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(2, (await other.GetPublicAsync()).Length); // Every silo knows the key before it signs.
        Assert.Equal(first.KeyId, (await other.SigningAsync()).KeyId);

        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(published[0].KeyId, (await keys.SigningAsync()).KeyId);
        _time.Advance(TimeSpan.FromHours(23));
        Assert.Equal(2, (await keys.GetPublicAsync()).Length); // The last token that it signed is still valid.
        _time.Advance(TimeSpan.FromHours(1) + TimeSpan.FromMinutes(5));
        Assert.Equal([published[0].KeyId], (await keys.GetPublicAsync()).Select(key => key.KeyId));
    }

    [Fact]
    public async Task A_rotation_that_revokes_old_keys_leaves_only_the_new_key_which_signs_at_once()
    {
        using var keys = Keys();
        await keys.SigningAsync();
        var fresh = await keys.RotateAsync(revokeOld: true);
        Assert.Equal(fresh, Assert.Single(await keys.GetPublicAsync()));
        Assert.Equal(fresh.KeyId, (await keys.SigningAsync()).KeyId);
    }

    [Fact]
    public async Task Private_keys_are_sealed_in_the_table()
    {
        using var keys = Keys();
        var key = await keys.SigningAsync();
        await using var connection = await _database.DataSource.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "select sealed_key from signing_keys";
        var text = (string)(await command.ExecuteScalarAsync())!;
        Assert.DoesNotContain(Convert.ToBase64String(key.Rsa.ExportPkcs8PrivateKey())[..60], text, StringComparison.Ordinal);
    }

    public async Task InitializeAsync()
    {
        _database = new AudioDatabase(await PostgresServer.NewDatabaseAsync());
        await new Migrator(_database).ApplyAsync(CancellationToken.None);
        _box = new SecretBox(MasterKey.LoadOrCreate(null, _folder.Path));
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    private SigningKeys Keys() => new(new SigningKeyTable(_database), _box, Options, new OperationLog(new IdempotencyOptions(), _time), _time);
}
