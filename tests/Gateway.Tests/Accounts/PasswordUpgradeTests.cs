using AudioOrleans.Testing.Platforms;
using Npgsql;

namespace AudioOrleans.Gateway.Tests.Accounts;

public sealed class PasswordUpgradeTests
{
    [Fact]
    public async Task A_weaker_hash_is_replaced_at_the_next_login()
    {
        await using var platform = await PlatformProcess.StartAsync();
        string email;
        using (var dj = await Dj.RegisterAsync(platform))
            email = dj.Email;
        await platform.StopAsync(); // A running grain keeps the hash in memory.
        // "correct horse 1!" by perl's crypt, $2a$ at cost 4, as an imported account may have it.
        await using var connection = new NpgsqlConnection(platform.ConnectionString);
        await connection.OpenAsync();
        await using var weaken = new NpgsqlCommand(
            "update grain_state set state = jsonb_set(state, '{password_hash}', to_jsonb(@hash::text)) where grain_type = 'account' and state ->> 'email' = @email", connection);
        weaken.Parameters.AddWithValue("hash", WeakHash);
        weaken.Parameters.AddWithValue("email", email);
        Assert.Equal(1, await weaken.ExecuteNonQueryAsync());

        await platform.StartAsync();
        using (await Dj.LogInAsync(platform, email))
        {
            Assert.StartsWith("$2b$12$", await HashAsync(), StringComparison.Ordinal);
            using var again = await Dj.LogInAsync(platform, email);
        }

        async Task<string> HashAsync()
        {
            await using var read = new NpgsqlCommand("select state ->> 'password_hash' from grain_state where grain_type = 'account' and state ->> 'email' = @email", connection);
            read.Parameters.AddWithValue("email", email);
            return (string)(await read.ExecuteScalarAsync())!;
        }
    }

    private const string WeakHash = "$2a$04$CCCCCCCCCCCCCCCCCCCCC.7dOkpcRZoudkbwtoaXSnYm31/erOoQK";
}
