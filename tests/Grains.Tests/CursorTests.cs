using System.Buffers.Text;
using System.Text;
using AudioOrleans.Grains.Interfaces;

namespace AudioOrleans.Grains.Tests;

public sealed class CursorTests
{
    [Fact]
    public void A_formatted_cursor_can_be_parsed()
    {
        var id = Guid.NewGuid();
        Assert.Equal(["638000000000000000", id.ToString()], Cursor.Parse(Cursor.Format(638000000000000000, id), 2)!);
        var time = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc).AddTicks(7);
        Assert.Equal(time, Cursor.ParseTime(Cursor.Format(time.Ticks)));
        Assert.Equal(DateTimeKind.Utc, Cursor.ParseTime(Cursor.Format(time.Ticks))!.Value.Kind);
        Assert.Null(Cursor.Parse(null, 2));
        Assert.Null(Cursor.ParseTime(null));
    }

    [Theory]
    [InlineData("")]
    [InlineData("!")]
    [InlineData("AAAA")]
    [InlineData("=")]
    public void Text_that_is_not_a_cursor_is_invalid(string text) => RequireInvalid(text);

    [Theory]
    [InlineData("1")]
    [InlineData("1|2")]
    [InlineData("1|2|3")]
    [InlineData("-1|7d444840-9dc0-11d1-b245-5ffdce74fad2")]
    [InlineData("x|7d444840-9dc0-11d1-b245-5ffdce74fad2")]
    [InlineData("3155378976000000000|7d444840-9dc0-11d1-b245-5ffdce74fad2")]
    [InlineData("99999999999999999999|7d444840-9dc0-11d1-b245-5ffdce74fad2")]
    [InlineData("1|'; drop table streams; --")]
    public void A_made_up_cursor_is_invalid(string parts) => RequireInvalid(Base64Url.EncodeToString(Encoding.UTF8.GetBytes(parts)));

    [Fact]
    public void A_page_has_a_next_cursor_only_when_there_are_more_items()
    {
        var more = Cursor.Paginate([1, 2, 3], 2, row => row * 10, row => $"after {row}");
        Assert.Equal([10, 20], more.Items.AsEnumerable());
        Assert.Equal("after 2", more.NextCursor);
        var last = Cursor.Paginate([1, 2], 2, row => row * 10, row => $"after {row}");
        Assert.Equal([10, 20], last.Items.AsEnumerable());
        Assert.Null(last.NextCursor);
        Assert.Empty(Cursor.Paginate(Array.Empty<int>(), 2, row => row, row => "").Items);
    }

    private static void RequireInvalid(string cursor) =>
        Assert.Equal(AudioError.Invalid, Assert.Throws<AudioException>(() => Cursor.Parse(cursor, 2)).Error);
}
