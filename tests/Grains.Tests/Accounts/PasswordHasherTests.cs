using AudioOrleans.Grains.Accounts;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Testing;

namespace AudioOrleans.Grains.Tests.Accounts;

public sealed class PasswordHasherTests
{
    // From the test vectors of crypt_blowfish and jBCrypt, which all $2b$ implementations share.
    [Theory]
    [InlineData("U*U", "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    [InlineData("U*U*", "$2b$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK")]
    [InlineData("U*U*U", "$2b$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a")]
    [InlineData("", "$2b$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy")]
    public async Task Known_hashes_are_verified(string password, string hash)
    {
        using var hasher = new PasswordHasher();
        Assert.True(await hasher.VerifyAsync(password, hash));
        Assert.False(await hasher.VerifyAsync(password + "x", hash));
    }

    [Fact]
    public async Task A_password_matches_only_its_own_hash()
    {
        using var hasher = new PasswordHasher();
        var (one, two) = (await hasher.HashAsync("pässwörd 1! 日本"), await hasher.HashAsync("pässwörd 1! 日本"));
        Assert.Matches(@"^\$2b\$12\$[./A-Za-z0-9]{53}$", one);
        Assert.NotEqual(one, two);
        Assert.True(await hasher.VerifyAsync("pässwörd 1! 日本", one));
        Assert.False(await hasher.VerifyAsync("pässwörd 1! 日", one));
        Assert.False(await hasher.VerifyAsync("pässwörd 1! 日本\0", one));
        Assert.False(await hasher.VerifyAsync("pässwörd 1! 日本\0x", one));
        Assert.False(await hasher.VerifyAsync("\0", one));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("$2b$12$short")]
    [InlineData("$2b$99$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    public async Task A_damaged_hash_matches_no_password(string hash)
    {
        using var hasher = new PasswordHasher();
        var verified = false;
        var error = await Record.ExceptionAsync(async () => verified = await hasher.VerifyAsync("password", hash));
        Assert.False(verified);
        Assert.True(error is null or InvalidOperationException, $"{error}");
    }

    [Fact]
    public async Task A_password_longer_than_72_bytes_matches_no_hash()
    {
        using var hasher = new PasswordHasher();
        var longest = new string('a', 72);
        var hash = await hasher.HashAsync(longest);
        Assert.True(await hasher.VerifyAsync(longest, hash));
        Assert.False(await hasher.VerifyAsync(longest + "b", hash)); // bcrypt itself ignores the 73rd byte.
    }

    // crypt_blowfish's vector as PHP writes it, and one that "openssl passwd -6 -salt saltstring" made.
    [Theory]
    [InlineData("U*U", "$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    [InlineData("Hello world!", "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1")]
    public async Task Hashes_of_other_systems_are_verified_and_outdated(string password, string hash)
    {
        using var hasher = new PasswordHasher();
        Assert.True(await hasher.VerifyAsync(password, hash));
        Assert.True(PasswordHasher.IsOutdated(hash));
        Assert.False(PasswordHasher.IsOutdated(await hasher.HashAsync(password)));
    }

    [Fact]
    public async Task More_than_ten_seconds_of_work_is_refused_at_once()
    {
        using var workers = new LowPriorityWorkers();
        using var hold = new ManualResetEventSlim();
        var most = (50 + 1) * Environment.ProcessorCount; // Waiting and running.
        List<Task<bool>> taken = [];
        AudioException? refusal = null;
        try
        {
            for (var i = 0; i <= most && refusal is null; i++)
            {
                var task = workers.RunAsync(() => hold.Wait(TimeSpan.FromSeconds(30)));
                if (task.IsFaulted)
                    refusal = (AudioException)task.Exception!.InnerException!;
                else
                    taken.Add(task);
            }
        }
        finally
        {
            hold.Set();
        }
        Assert.Equal(AudioError.Unavailable, refusal?.Error);
        Assert.All(await Task.WhenAll(taken), Assert.True);
    }

    [Fact]
    public async Task An_account_that_does_not_exist_takes_as_long_as_one_that_does()
    {
        using var hasher = new PasswordHasher();
        var hash = await hasher.HashAsync("password");
        Assert.False(await hasher.VerifyNothingAsync());

        // Compares the shortest time of each, because other load on the machine only adds time.
        var (real, nothing) = (TimeSpan.MaxValue, TimeSpan.MaxValue);
        await Eventually.That(
            async () =>
            {
                real = await ShorterAsync(real, () => hasher.VerifyAsync("wrong", hash));
                nothing = await ShorterAsync(nothing, () => hasher.VerifyNothingAsync());
                return nothing / real is > 0.7 and < 1.4;
            },
            TimeSpan.FromSeconds(60), "both take the same time");
    }

    private static async Task<TimeSpan> ShorterAsync(TimeSpan shortest, Func<Task<bool>> work)
    {
        var start = TimeProvider.System.GetTimestamp();
        await work();
        var took = TimeProvider.System.GetElapsedTime(start);
        return took < shortest ? took : shortest;
    }
}
