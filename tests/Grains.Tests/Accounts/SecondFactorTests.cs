using System.Text;
using AudioOrleans.Grains.Accounts;

namespace AudioOrleans.Grains.Tests.Accounts;

public sealed class SecondFactorTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_111_111_109);
    private static readonly byte[] Secret = Encoding.ASCII.GetBytes("12345678901234567890");
    private static readonly SecondFactorState Fresh = new("sealed", true, 0, []);

    // RFC 6238, appendix B, the SHA-1 column; our codes are the last six of its eight digits.
    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1_111_111_109, "081804")]
    [InlineData(1_111_111_111, "050471")]
    [InlineData(1_234_567_890, "005924")]
    [InlineData(2_000_000_000, "279037")]
    [InlineData(20_000_000_000, "353130")]
    public void Codes_match_RFC_6238(long seconds, string code) =>
        Assert.Equal(code, SecondFactor.CodeAt(Secret, SecondFactor.StepAt(DateTimeOffset.FromUnixTimeSeconds(seconds))));

    [Fact]
    public void The_URI_for_authenticators_has_the_Base32_secret_and_the_code_parameters() => Assert.Equal(
        "otpauth://totp/Audio.Orleans:dj%2Bnight%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Audio.Orleans&algorithm=SHA1&digits=6&period=30",
        SecondFactor.UriOf("dj+night@example.org", Secret));

    [Theory]
    [InlineData(-2, false)]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void A_code_is_valid_one_step_before_and_after_its_own(int steps, bool good)
    {
        var code = SecondFactor.CodeAt(Secret, SecondFactor.StepAt(Now) + steps);
        Assert.Equal(good, SecondFactor.Use(Fresh, Secret, code, Now) is not null);
    }

    [Fact]
    public void A_used_code_and_earlier_codes_are_refused()
    {
        var step = SecondFactor.StepAt(Now);
        var used = SecondFactor.Use(Fresh, Secret, SecondFactor.CodeAt(Secret, step), Now)!;
        Assert.Null(SecondFactor.Use(used, Secret, SecondFactor.CodeAt(Secret, step), Now));
        Assert.Null(SecondFactor.Use(used, Secret, SecondFactor.CodeAt(Secret, step - 1), Now));
        Assert.NotNull(SecondFactor.Use(used, Secret, SecondFactor.CodeAt(Secret, step + 1), Now));
    }

    [Fact]
    public void A_code_may_be_typed_with_a_space() =>
        Assert.NotNull(SecondFactor.Use(Fresh, Secret, SecondFactor.CodeAt(Secret, SecondFactor.StepAt(Now)).Insert(3, " "), Now));

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("81804")]
    [InlineData("0081804")]
    [InlineData("０８１８０４")]
    [InlineData("\0")]
    public void An_invalid_code_is_refused(string code) => Assert.Null(SecondFactor.Use(Fresh, Secret, code, Now));

    [Fact]
    public void Each_recovery_code_is_valid_once_with_any_case_and_separators()
    {
        var (codes, hashes) = SecondFactor.NewRecoveryCodes();
        Assert.Equal(10, codes.Distinct().Count());
        Assert.All(codes, code => Assert.Matches("^([a-z2-7]{4}-){3}[a-z2-7]{4}$", code));
        Assert.DoesNotContain(hashes, hash => codes.Any(code => hash.Contains(code, StringComparison.Ordinal)));
        var state = Fresh with { RecoveryHashes = hashes };
        foreach (var code in codes)
        {
            state = SecondFactor.Use(state, Secret, code.ToUpperInvariant().Replace("-", " ", StringComparison.Ordinal), Now)!;
            Assert.NotNull(state);
            Assert.Null(SecondFactor.Use(state, Secret, code, Now));
        }
        Assert.Empty(state.RecoveryHashes);
    }
}
